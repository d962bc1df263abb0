export { decodeObject, type DecodedObject, type FieldValidation } from './decoding/decode-object';
export { parseObject } from './decoding/parse-object';
export { parseJson, strictFaults, withStrictFaults } from './decoding/parse-json';
