import { member, text } from '../json-stream/index.ts';
import type { ComponentInPlatform, CsafProduct, ProductTree } from './csaf-document.ts';

/** Relationships that are followed from a product, on either side. */
const mostSteps = 5;
/** Branches and relationships of one document; real ones have some ten thousand. */
const mostNodes = 1_000_000;

interface Relationship {
  readonly component: string;
  readonly platform: string;
}

/** Reads `product_tree` of CSAF 2.0 (3.2.2): its branches, flat list and relationships. */
export function readProductTree(tree: unknown): ProductTree {
  const products = readProducts(tree);
  const relationships = readRelationships(member(tree, 'relationships'));
  const follow = (productId: string, side: keyof Relationship): CsafProduct | undefined => {
    let id = productId;
    for (let step = 0; step < mostSteps; step += 1) {
      const next = relationships.get(id);
      if (!next) break;
      id = next[side];
    }
    return products.get(id);
  };
  return {
    resolve(productId): ComponentInPlatform | 'dangling' | undefined {
      if (!relationships.has(productId)) return undefined;
      const [component, platform] = [follow(productId, 'component'), follow(productId, 'platform')];
      return component && platform ? { component, platform } : 'dangling';
    },
  };
}

/** By product id. Branches are foreign, and may be nested as deep as they like: no function calls itself. */
function readProducts(tree: unknown): ReadonlyMap<string, CsafProduct> {
  const products = new Map<string, CsafProduct>();
  const open: unknown[] = [tree];
  for (let count = 0; open.length > 0 && count < mostNodes; count += 1) {
    const node = open.pop();
    addProduct(products, member(node, 'product'));
    const branches = member(node, 'branches');
    if (Array.isArray(branches)) for (const branch of branches) open.push(branch);
  }
  const flat = member(tree, 'full_product_names');
  if (Array.isArray(flat)) for (const product of flat) addProduct(products, product);
  return products;
}

function addProduct(products: Map<string, CsafProduct>, product: unknown): void {
  const id = text(member(product, 'product_id'));
  if (id === undefined || products.has(id)) return;
  const identification = member(product, 'product_identification_helper');
  const [cpe, purl] = [text(member(identification, 'cpe')), text(member(identification, 'purl'))];
  products.set(id, { ...(cpe !== undefined && { cpe }), ...(purl !== undefined && { purl }) });
}

function readRelationships(list: unknown): ReadonlyMap<string, Relationship> {
  const relationships = new Map<string, Relationship>();
  if (!Array.isArray(list)) return relationships;
  for (const entry of list.slice(0, mostNodes)) {
    if (text(member(entry, 'category')) !== 'default_component_of') continue;
    const id = text(member(member(entry, 'full_product_name'), 'product_id'));
    const component = text(member(entry, 'product_reference'));
    const platform = text(member(entry, 'relates_to_product_reference'));
    if (id !== undefined && component !== undefined && platform !== undefined) relationships.set(id, { component, platform });
  }
  return relationships;
}
