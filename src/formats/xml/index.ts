export * from './stream-xml.ts';
export * from './xml-element.ts';
export type { XmlRecord } from './xml-reader.ts';
