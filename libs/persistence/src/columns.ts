/** Types of columns that SQLite and PostgreSQL share. */
import type { EntitySchemaColumnOptions } from 'typeorm';

/** PostgreSQL's driver gives a bigint as text. */
export const whole: EntitySchemaColumnOptions = {
  type: 'bigint',
  transformer: {
    to: (value: unknown) => value,
    from: (value: unknown) => (value === null ? null : Number(value)),
  },
};
export const text: EntitySchemaColumnOptions = { type: 'text' };
export const word = (length = 64): EntitySchemaColumnOptions => ({ type: 'varchar', length });
export const key = (length = 64): EntitySchemaColumnOptions => ({ ...word(length), primary: true });
export const optional = (length = 64): EntitySchemaColumnOptions => ({ ...word(length), nullable: true });
