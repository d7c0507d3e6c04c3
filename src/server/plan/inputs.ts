import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isNonNullType,
  isScalarType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';
import { Unplanned } from './unplanned.js';

export type Variables = Record<string, unknown>;

/** An argument's value for the variables of a request. */
export type Input = (variables: Variables) => unknown;

const INT_MAX = 2_147_483_647;

/** Whether a value needs no coercion to be one of its type; everything else is left to graphql-js and its errors. */
const isPlain: Record<string, (value: unknown) => boolean> = {
  ID: (value) => typeof value === 'string',
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => Number.isInteger(value) && Math.abs(value as number) <= INT_MAX,
  Float: (value) => Number.isFinite(value),
};

/**
 * Reads the variables of an operation as graphql-js would.
 * @returns a function that gives them, or null for values that graphql-js has to look at
 */
export function variableReader(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): (given: Variables) => Variables | null {
  const readers = variableDefinitions.map((definition) => readerOf(schema, definition));
  return (given) => {
    const variables: Variables = {};
    for (const read of readers) if (!read(given, variables)) return null;
    return variables;
  };
}

function readerOf(schema: GraphQLSchema, { variable, type: node, defaultValue }: VariableDefinitionNode) {
  const name = variable.name.value;
  // biome-ignore lint/suspicious/noExplicitAny: one signature for each kind of type node
  const type = typeFromAST(schema, node as any) as GraphQLInputType | undefined;
  if (!type) throw new Unplanned('a variable of an unknown type');
  const fits = plainCheck(type);
  const fallback = defaultValue ? valueFromAST(defaultValue, type) : undefined;
  const required = isNonNullType(type);
  return (given: Variables, variables: Variables): boolean => {
    const value = given[name];
    if (value === undefined) {
      if (defaultValue) variables[name] = fallback;
      return !required || defaultValue !== undefined;
    }
    variables[name] = value;
    return value === null ? !required : fits(value);
  };
}

function plainCheck(type: GraphQLInputType): (value: unknown) => boolean {
  const named = isNonNullType(type) ? type.ofType : type;
  if (isEnumType(named)) return (value) => typeof value === 'string' && named.getValue(value)?.value === value;
  const check = isScalarType(named) ? isPlain[named.name] : undefined;
  if (!check) throw new Unplanned(`a variable of type ${String(type)}`);
  return check;
}

/** The arguments of a field, each by its name (GraphQL specification, 6.4.1). */
export function argumentInputs(field: GraphQLField<unknown, unknown>, node: FieldNode): Map<string, Input> {
  return new Map(field.args.map((argument) => [argument.name, inputOf(argument, node)]));
}

function inputOf({ name, type, defaultValue }: GraphQLArgument, node: FieldNode): Input {
  const value = node.arguments?.find((each) => each.name.value === name)?.value;
  if (!value) return () => defaultValue;
  if (value.kind === Kind.VARIABLE) {
    const variable = value.name.value;
    const required = isNonNullType(type);
    return (variables) => {
      const found = variables[variable];
      if (required && found === null) throw new Unplanned('null where it may not be');
      return found === undefined ? defaultValue : found;
    };
  }
  const constant = valueFromAST(value, type);
  if (constant === undefined) throw new Unplanned('a literal with variables in it');
  return () => constant;
}
