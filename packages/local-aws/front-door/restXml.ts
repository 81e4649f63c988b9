import { XMLParser } from 'fast-xml-parser';
import { AwsError } from '../core/errors.ts';
import { RawAnswer } from '../core/service.ts';
import { escapeXml } from './xml.ts';

const parser = new XMLParser({ ignoreAttributes: true, ignoreDeclaration: true, parseTagValue: false });

/** The members of the root element, every leaf a string; of no body, none. Throws AwsError MalformedXML. */
export function parseXml(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  const text = body.toString();
  // Entities of a document's own are how small bodies become large ones.
  if (text.includes('<!DOCTYPE')) throw malformed('it declares a document type');
  let document: Record<string, unknown>;
  try {
    document = parser.parse(text, true) as Record<string, unknown>;
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : String(cause));
  }
  const [root] = Object.values(document);
  return typeof root === 'object' && root !== null ? (root as Record<string, unknown>) : {};
}

function malformed(reason: string): AwsError {
  return new AwsError('MalformedXML', `The XML you provided was not well-formed: ${reason}`);
}

const XML_TYPE = { 'content-type': 'application/xml' };
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** An operation's result; nothing at all for none. */
export function xmlAnswer(root: string, xmlns: string, result: unknown): RawAnswer {
  if (result === undefined) return new RawAnswer(200, {});
  const body = `<${root} xmlns="${xmlns}">${contentOf(result)}</${root}>`;
  return new RawAnswer(200, XML_TYPE, DECLARATION + body);
}

/** An error, as S3 writes it; with a namespace, as all others do that speak so. */
export function xmlError({ code, message, status, fields }: AwsError, requestId: string, xmlns?: string): RawAnswer {
  if (xmlns !== undefined) {
    const Type = status < 500 ? 'Sender' : 'Receiver';
    const content = contentOf({ Error: { Type, Code: code, Message: message, ...fields }, RequestId: requestId });
    return new RawAnswer(status, XML_TYPE, `${DECLARATION}<ErrorResponse xmlns="${xmlns}">${content}</ErrorResponse>`);
  }
  const body = contentOf({ Error: { Code: code, Message: message, ...fields, RequestId: requestId } });
  return new RawAnswer(status, XML_TYPE, DECLARATION + body);
}

/** Lists are not wrapped: the element comes again for each member. */
function contentOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .flatMap(([name, member]) => (Array.isArray(member) ? member : [member]).map((one) => elementOf(name, one)))
    .join('');
}

function elementOf(name: string, value: unknown): string {
  return value === undefined || value === null ? '' : `<${name}>${contentOf(value)}</${name}>`;
}
