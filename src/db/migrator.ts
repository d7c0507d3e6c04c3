import { MigrationGenerator, Migrator } from '@mikro-orm/migrations';
import type { Orm } from './database.js';

/** MikroORM's migrator, with migrations written as `EsmMigrationGenerator` does. */
export function migratorOn(orm: Orm): Migrator {
  orm.config.set('migrations', { ...orm.config.get('migrations'), generator: EsmMigrationGenerator });
  return new Migrator(orm.em);
}

/**
 * Writes migrations as plain ES modules, which the server runs as they are; MikroORM's own are CommonJS or TypeScript.
 * There is no way down: a mistake is mended by the next migration, never by undoing one that holds people's rows.
 */
class EsmMigrationGenerator extends MigrationGenerator {
  override generateMigrationFile(className: string, diff: { up: string[]; down: string[] }): string {
    const statements = diff.up.map((statement) => this.createStatement(statement, 4)).join('');
    return `import { Migration } from '@mikro-orm/migrations';

export class ${className} extends Migration {
  async up() {
${statements.trimEnd()}
  }
}
`;
  }
}
