import type { FloorEdge, FloorGraph, FloorNode } from '@arcade/networks/wire/graph';
import { memo } from 'react';

export interface ChoosingProps {
  graph: FloorGraph | undefined;
  /** Empty: all. */
  service: string;
  /** Only the edges at this one are offered. */
  node: FloorNode | undefined;
  edge: FloorEdge | undefined;
  onChoose: (edge: FloorEdge | undefined) => void;
}

/** The ends of an edge, as the drawing calls them; with the services where it goes from one to another. */
export function namesOf({ nodes }: FloorGraph, { from, to }: FloorEdge): string {
  const [one, other] = [from, to].map((id) => nodes.find((node) => node.id === id));
  const isBetween = one?.service !== other?.service;
  const nameOf = (node: FloorNode | undefined) =>
    isBetween && node ? `${node.service}: ${node.label}` : (node?.label ?? 'somebody');
  return `${nameOf(one)} → ${nameOf(other)}`;
}

/** All edges by name: for the keyboard, for who reads no drawing, and for lines that lie close together. */
export const Choosing = memo(function Choosing({ graph, service, node, edge, onChoose }: ChoosingProps) {
  const rooms = ['', ...(graph?.services.map((room) => room.service) ?? [])];
  const isOffered = ({ from, to, service: own = '' }: FloorEdge, room: string) =>
    own === room &&
    (node === undefined || from === node.id || to === node.id) &&
    (service === '' || [own, from.split('/')[0], to.split('/')[0]].includes(service));
  return (
    <label className="live-choosing">
      <span>{node ? `Lines at ${node.label}` : 'Line'}</span>
      <select
        className="field"
        value={edge?.id ?? ''}
        onChange={({ target }) => onChoose(graph?.edges.find(({ id }) => id === target.value))}
      >
        <option value="">none is chosen</option>
        {rooms.map((room) => {
          const offered = graph?.edges.filter((one) => isOffered(one, room)) ?? [];
          if (!graph || offered.length === 0) return null;
          return (
            <optgroup key={room} label={room || 'between services'}>
              {offered.map((one) => (
                <option key={one.id} value={one.id}>
                  {namesOf(graph, one)}
                  {one.isFailure ? ' (what failed)' : ''}
                </option>
              ))}
            </optgroup>
          );
        })}
      </select>
    </label>
  );
});
