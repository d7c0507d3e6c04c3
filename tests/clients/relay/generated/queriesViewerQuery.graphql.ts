/**
 * @generated SignedSource<<5432444a669934a73a38b68636036e4b>>
 * @lightSyntaxTransform
 */

/* tslint:disable */
/* eslint-disable */
// @ts-nocheck

import { ConcreteRequest } from 'relay-runtime';
export type queriesViewerQuery$variables = Record<PropertyKey, never>;
export type queriesViewerQuery$data = {
  readonly me: {
    readonly id: string;
    readonly username: string;
  };
};
export type queriesViewerQuery = {
  response: queriesViewerQuery$data;
  variables: queriesViewerQuery$variables;
};

const node: ConcreteRequest = (function(){
var v0 = [
  {
    "alias": null,
    "args": null,
    "concreteType": "Account",
    "kind": "LinkedField",
    "name": "me",
    "plural": false,
    "selections": [
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "id",
        "storageKey": null
      },
      {
        "alias": null,
        "args": null,
        "kind": "ScalarField",
        "name": "username",
        "storageKey": null
      }
    ],
    "storageKey": null
  }
];
return {
  "fragment": {
    "argumentDefinitions": [],
    "kind": "Fragment",
    "metadata": null,
    "name": "queriesViewerQuery",
    "selections": (v0/*:: as any*/),
    "type": "Query",
    "abstractKey": null
  },
  "kind": "Request",
  "operation": {
    "argumentDefinitions": [],
    "kind": "Operation",
    "name": "queriesViewerQuery",
    "selections": (v0/*:: as any*/)
  },
  "params": {
    "cacheID": "6674e673ec7768ac31cf7bd810ffe74c",
    "id": null,
    "metadata": {},
    "name": "queriesViewerQuery",
    "operationKind": "query",
    "text": "query queriesViewerQuery {\n  me {\n    id\n    username\n  }\n}\n"
  }
};
})();

(node as any).hash = "15554b6ff8a884027d02cbdc5fb623ac";

export default node;
