export { advisoriesOf, severityOfErratum, type Erratum, type ErratumPackage } from './erratum.ts';
export { fetchRepositories, type MirroredRepository } from './fetch-repositories.ts';
export { parseRepositories, type RepositoriesReading } from './parse-repositories.ts';
