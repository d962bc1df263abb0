export { decodeObject, type DecodedObject, type FieldValidation } from './decoding/decode-object';
export { parseJson, strictFaults, withStrictFaults } from './decoding/parse-json';
