export { type FloorService, floorGraphOf } from './floor.ts';
export {
  type FloorEdge,
  type FloorGraph,
  type FloorNode,
  type FloorRoom,
  type WireEdge,
  type WireGraph,
  type WireGroup,
  type WireNode,
  type WirePoint,
  withArns,
} from './graph.ts';
export { type WireOptions, wireGraphOf, wireGraphOfNetwork } from './wireGraph.ts';
