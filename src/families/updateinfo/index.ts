export { advisoriesOf, mostErratumBytes, severityOfErratum, type Erratum, type ErratumPackage } from './erratum.ts';
export { fetchRepositories, type MirroredRepository } from './fetch-repositories.ts';
export { parseRepositories } from './parse-repositories.ts';
