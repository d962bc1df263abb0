export { decodeObject, type DecodedObject, type FieldValidation } from './decoding/decode-object';
export { duplicateFields, parseJson } from './decoding/parse-json';
