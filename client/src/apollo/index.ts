export { lecternLink } from './lectern-link.js';
export { connectionPolicy, possibleTypes, typePolicies } from './type-policies.js';
export { typedDocument } from './typed-document.js';
