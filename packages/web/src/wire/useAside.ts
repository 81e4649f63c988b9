import type { WireGraph } from '@arcade/networks/wire/graph';
import { type RefObject, useEffect } from 'react';

/** Has stand back what is not looked at: beside React, which draws the furniture once. */
export function useAside(
  stage: RefObject<HTMLElement | null>,
  graph: WireGraph | undefined,
  isAside: ((node: string) => boolean) | undefined,
) {
  useEffect(() => {
    const mark = (selector: string, isBack: boolean) => {
      for (const element of stage.current?.querySelectorAll(selector) ?? [])
        element.setAttribute('data-aside', String(isBack));
    };
    const isBack = (node: string) => isAside?.(node) ?? false;
    for (const { id } of graph?.nodes ?? []) mark(`[data-node="${CSS.escape(id)}"]`, isBack(id));
    for (const { id, from, to } of graph?.edges ?? [])
      mark(`[data-edge="${CSS.escape(id)}"]`, isBack(from) || isBack(to));
  }, [stage, graph, isAside]);
}
