import './styles/fonts.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/header.css';
import './styles/pages.css';
import './styles/lists.css';
import './styles/forms.css';
import { ApolloProvider } from '@apollo/client/react';
import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import { apollo } from './api.ts';
import { SessionProvider } from './shell/session.tsx';
import { applyTheme, currentTheme } from './shell/theme.ts';
import { firstLanguage, TextsProvider } from './texts/texts.tsx';

applyTheme(currentTheme());
const first = await firstLanguage();
createRoot(document.getElementById('root') as HTMLElement).render(
  <TextsProvider first={first}>
    <ApolloProvider client={apollo}>
      <SessionProvider>
        <App />
      </SessionProvider>
    </ApolloProvider>
  </TextsProvider>,
);
