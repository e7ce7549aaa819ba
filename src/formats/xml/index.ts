export * from './stream-xml.ts';
export * from './xml-element.ts';
export type { XmlLimits, XmlRecord } from './xml-reader.ts';
