export type { WireEdge, WireGraph, WireGroup, WireNode, WirePoint } from './graph.ts';
export { type WireOptions, wireGraphOf, wireGraphOfNetwork, withArns } from './wireGraph.ts';
