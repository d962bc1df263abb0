import { readZipEntry } from './zip.mjs';

/** Two files as Python's zipfile packs them: kubectl/LICENSE stored, kubectl/kubectl deflated; with a comment. */
const archive = Buffer.from(
  'UEsDBBQAAAAAAAAAIVwXMycRCwAAAAsAAAAPAAAAa3ViZWN0bC9MSUNFTlNFQXBhY2hlLTIuMApQSwMEFAAAAAgAAAAhXL06uo8JAAAAUAAAAA8AAABrdWJlY3RsL2t1YmVjdGwrKs1TKKIiBgBQSwECFAMUAAAAAAAAACFcFzMnEQsAAAALAAAADwAAAAAAAAAAAAAAgAEAAAAAa3ViZWN0bC9MSUNFTlNFUEsBAhQDFAAAAAgAAAAhXL06uo8JAAAAUAAAAA8AAAAAAAAAAAAAAIABOAAAAGt1YmVjdGwva3ViZWN0bFBLBQYAAAAAAgACAHoAAABuAAAAAQBj',
  'base64',
);

describe('reading a zip archive', () => {
  it.each([
    ['kubectl/LICENSE', 'Apache-2.0\n'],
    ['kubectl/kubectl', 'run '.repeat(20)],
  ])('gives %s', (name, text) => {
    expect(readZipEntry(archive, name).toString()).toBe(text);
  });

  it('says which file is missing', () => {
    expect(() => readZipEntry(archive, 'helm/helm')).toThrow('the archive has no helm/helm');
  });

  it('refuses what is no archive', () => {
    expect(() => readZipEntry(Buffer.from('hello'), 'a')).toThrow('this is not a zip archive');
  });
});
