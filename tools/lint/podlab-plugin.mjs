// Rules of law 1 and law 2, and of memory, that oxlint has no rule of its own for. They apply to the pure libraries; see
// .oxlintrc.json.

const ASYNC_MESSAGE =
  'A pure library never waits: what happens later is an event on virtual time over state that is data (laws 1 and 3).';
const STATE_MESSAGE =
  'No state at module level (law 2): keep it in the state of one cluster, or declare the constant readonly.';
const CLOSURE_MESSAGE =
  'V8 allocates a function that is written as assigned to a property among the old objects: all that it reaches, a fork with its whole cluster, stays until the next full collection. Bind a method, or give it a name first.';

const COLLECTIONS = new Set(['Map', 'Set', 'WeakMap', 'WeakSet', 'Array']);
const READONLY_TYPES = new Set(['ReadonlyMap', 'ReadonlySet', 'ReadonlyArray', 'Readonly']);

const noAsync = {
  create(context) {
    const report = (node) => context.report({ node, message: ASYNC_MESSAGE });
    const reportAsync = (node) => {
      if (node.async) report(node);
    };
    return {
      FunctionDeclaration: reportAsync,
      FunctionExpression: reportAsync,
      ArrowFunctionExpression: reportAsync,
      AwaitExpression: report,
      ForOfStatement(node) {
        if (node.await) report(node);
      },
      ImportExpression: report,
    };
  },
};

/** The constant says by its type that nobody changes it: `ReadonlyMap<…>`, `readonly string[]`, `Readonly<…>`. */
function isReadonlyType(annotation) {
  if (!annotation) return false;
  if (annotation.type === 'TSTypeOperator') return annotation.operator === 'readonly';
  return annotation.type === 'TSTypeReference' && READONLY_TYPES.has(annotation.typeName.name);
}

function isMutableCollection(value) {
  if (!value) return false;
  if (value.type === 'NewExpression') return COLLECTIONS.has(value.callee.name);
  if (value.type === 'ArrayExpression') return value.elements.length === 0;
  return value.type === 'ObjectExpression' && value.properties.length === 0;
}

function isMutableVariable(declaration, declarator) {
  if (declaration.kind === 'let' || declaration.kind === 'var') return true;
  return (
    isMutableCollection(declarator.init) && !isReadonlyType(declarator.id.typeAnnotation?.typeAnnotation)
  );
}

const noModuleState = {
  create(context) {
    const checkDeclaration = (declaration) => {
      if (declaration?.type !== 'VariableDeclaration' || declaration.declare) return;
      for (const declarator of declaration.declarations) {
        if (isMutableVariable(declaration, declarator))
          context.report({ node: declarator, message: STATE_MESSAGE });
      }
    };
    return {
      Program(program) {
        for (const statement of program.body) {
          checkDeclaration(statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement);
        }
      },
      PropertyDefinition(node) {
        const mutable = !node.readonly || isMutableCollection(node.value);
        if (node.static && mutable && !isReadonlyType(node.typeAnnotation?.typeAnnotation)) {
          context.report({ node, message: STATE_MESSAGE });
        }
      },
    };
  },
};

const FUNCTIONS = new Set(['ArrowFunctionExpression', 'FunctionExpression']);

const noAssignedClosure = {
  create(context) {
    return {
      AssignmentExpression(node) {
        if (node.left.type === 'MemberExpression' && FUNCTIONS.has(node.right.type))
          context.report({ node, message: CLOSURE_MESSAGE });
      },
    };
  },
};

// oxlint takes a plugin as a module's default export.
export default {
  meta: { name: 'podlab' },
  rules: {
    'no-async': noAsync,
    'no-module-state': noModuleState,
    'no-assigned-closure': noAssignedClosure,
  },
};
