export { type WireEdge, type WireGraph, type WireGroup, type WireNode, type WirePoint, withArns } from './graph.ts';
export { type WireOptions, wireGraphOf, wireGraphOfNetwork } from './wireGraph.ts';
