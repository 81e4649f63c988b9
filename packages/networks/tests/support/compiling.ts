import { CompileError, compile, func, type Network, queue } from '../../index.ts';

export const options = { service: 'shop', stage: 'dev' };
export const [checkout, pack, orders] = [func('checkout'), func('packParcel', { timeoutSeconds: 20 }), queue('orders')];

export const resourcesOf = (of: Network) =>
  compile(of, options).resources.Resources as Record<string, { Type: string; Properties: Record<string, never> }>;

export const codeOf = (of: Network): string => {
  try {
    compile(of, options);
  } catch (error) {
    if (error instanceof CompileError) return error.code;
  }
  return 'compiled';
};
