import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import type { ExpressionParser } from './expressions.ts';

const require = createRequire(import.meta.url);

/** A passage of a module's text, and what stands there instead. */
type Change = [from: string, to: string];

/**
 * Makes a module of dynalite from its changed text. Its version is pinned: throws an Error when a passage is not there just as often
 * as it is given.
 */
function changed(path: string, changes: readonly Change[]): unknown {
  const file = require.resolve(`dynalite/${path}`);
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`dynalite has changed: ${path} lacks ${from}`);
    text = text.replace(from, () => to);
  }
  const module = { exports: {} };
  compileFunction(text, ['exports', 'require', 'module'], { filename: file })(
    module.exports,
    createRequire(file),
    module,
  );
  return module.exports;
}

/** Rules that the grammar of conditions tries at the same place again and again, each with all that is inside. */
const REPEATED_RULES = [
  'OrConditionExpression',
  'AndConditionExpression',
  'NotConditionExpression',
  'ParensConditionExpression',
  'ConditionExpression',
  'OperandParens',
  'Operand',
  'Function',
  'GroupedPathExpression',
];

/** Remembers what a rule has found where, as PEG.js does with its option `cache`. */
const REMEMBER = `
  function peg$remember(rule) {
    var known = new Map();
    return function () {
      var start = peg$currPos, found = known.get(start);
      if (!found) {
        found = { result: rule() };
        found.end = peg$currPos;
        known.set(start, found);
      }
      peg$currPos = found.end;
      return found.result;
    };
  }
`;

/** The parser of conditions, which takes time in proportion to the text: ten parentheses in one another blocked everything for half a minute. */
export function conditionParser(): ExpressionParser {
  const start = 'options = options !== void 0 ? options : {};';
  const rules = REPEATED_RULES.map((rule) => `peg$parse${rule} = peg$remember(peg$parse${rule});`);
  const change: Change = [start, [start, REMEMBER, ...rules].join('\n')];
  return changed('db/conditionParser.js', [change]) as ExpressionParser;
}

/** UpdateItem, which looks an element of a set up instead of searching for it, and appends what goes far behind a list's end without making room. */
export function updateItem(): unknown {
  const search = (list: string, value: string): Change => [
    `!~${list}.indexOf(${value})`,
    `!contains(${list}, ${value})`,
  ];
  return changed('actions/updateItem.js', [
    search('item[attr][type]', 'a'),
    search('update.Value[type]', 'val'),
    search('section.val[section.attrType]', 'val'),
    search('existing[section.attrType]', 'a'),
    [
      `    if (attr > parent.L.length && !~toSquash.indexOf(parent)) {
      toSquash.push(parent)
    }
    parent.L[attr] = val`,
      `    if (attr > parent.L.length) toSquash.push({ list: parent, attr: attr, val: val })
    else parent.L[attr] = val`,
    ],
    [
      'toSquash.forEach(function (obj) { obj.L = obj.L.filter(Boolean) })',
      'toSquash.sort(function (a, b) { return a.attr - b.attr }).forEach(function (late) { late.list.L.push(late.val) })',
    ],
    [
      'function deleteFromParent',
      `var elements = new WeakMap()
function contains (list, value) {
  if (!elements.has(list)) elements.set(list, new Set(list))
  return elements.get(list).has(value)
}

function deleteFromParent`,
    ],
  ]);
}
