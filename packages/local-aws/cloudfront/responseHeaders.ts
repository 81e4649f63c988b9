import type { RawAnswer } from '../core/service.ts';
import type { HeadersPolicyProperties } from './properties.ts';

type Config = HeadersPolicyProperties['ResponseHeadersPolicyConfig'];
type Headers = RawAnswer['headers'];

/** An answer's headers as a policy wants them: what the origin says stays, unless the policy overrides it. */
export function shapedHeaders(headers: Headers, config: Config | undefined): Headers {
  if (!config) return headers;
  const removed = new Set(config.RemoveHeadersConfig.Items.map(({ Header }) => Header.toLowerCase()));
  const shaped = Object.fromEntries(Object.entries(headers).filter(([name]) => !removed.has(name.toLowerCase())));
  for (const { name, value, isForced } of wanted(config)) if (isForced || !(name in shaped)) shaped[name] = value;
  return shaped;
}

function wanted({ SecurityHeadersConfig: security, CustomHeadersConfig: custom }: Config) {
  const { ContentSecurityPolicy, ContentTypeOptions, FrameOptions, ReferrerPolicy, StrictTransportSecurity } = security;
  const all: [name: string, value: string | undefined, isForced: boolean | undefined][] = [
    ['content-security-policy', ContentSecurityPolicy?.ContentSecurityPolicy, ContentSecurityPolicy?.Override],
    ['x-content-type-options', ContentTypeOptions && 'nosniff', ContentTypeOptions?.Override],
    ['x-frame-options', FrameOptions?.FrameOption, FrameOptions?.Override],
    ['referrer-policy', ReferrerPolicy?.ReferrerPolicy, ReferrerPolicy?.Override],
    [
      'strict-transport-security',
      StrictTransportSecurity && hsts(StrictTransportSecurity),
      StrictTransportSecurity?.Override,
    ],
    ...custom.Items.map(({ Header, Value, Override }): [string, string, boolean] => [
      Header.toLowerCase(),
      Value,
      Override,
    ]),
  ];
  return all.flatMap(([name, value, isForced = false]) => (value === undefined ? [] : [{ name, value, isForced }]));
}

function hsts(transport: NonNullable<Config['SecurityHeadersConfig']['StrictTransportSecurity']>): string {
  const { AccessControlMaxAgeSec, IncludeSubdomains, Preload } = transport;
  return [
    `max-age=${AccessControlMaxAgeSec}`,
    ...(IncludeSubdomains ? ['includeSubDomains'] : []),
    ...(Preload ? ['preload'] : []),
  ].join('; ');
}
