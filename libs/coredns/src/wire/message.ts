/** The record types that the cluster's DNS knows; others are answered with no data. */
export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'NS' | 'PTR' | 'SOA' | 'SRV' | 'TXT' | 'ANY';

export type ResponseCode = 'NOERROR' | 'FORMERR' | 'SERVFAIL' | 'NXDOMAIN' | 'NOTIMP' | 'REFUSED';

/** Names are lower or mixed case, without the last dot; the root is the empty text. */
export interface Question {
  readonly name: string;
  /** `TYPE65` stands for a type without a name of its own here, as `dig` prints it. */
  readonly type: RecordType | `TYPE${number}`;
}

export type RecordData =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | { readonly type: 'CNAME' | 'NS' | 'PTR'; readonly target: string }
  | {
      readonly type: 'SRV';
      readonly priority: number;
      readonly weight: number;
      readonly port: number;
      readonly target: string;
    }
  | { readonly type: 'TXT'; readonly texts: readonly string[] }
  | {
      readonly type: 'SOA';
      readonly server: string;
      readonly mailbox: string;
      readonly serial: number;
      readonly refresh: number;
      readonly retry: number;
      readonly expire: number;
      readonly minimum: number;
    };

export type ResourceRecord = RecordData & { readonly name: string; readonly ttl: number };

/** A DNS message. Models RFC 1035 section 4. */
export interface DnsMessage {
  readonly id: number;
  readonly response: boolean;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursion_desired: boolean;
  readonly recursion_available: boolean;
  readonly rcode: ResponseCode;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

/** What a resolver sends for one name and type. */
export function createQuery(id: number, question: Question): DnsMessage {
  return {
    id,
    response: false,
    authoritative: false,
    truncated: false,
    recursion_desired: true,
    recursion_available: false,
    rcode: 'NOERROR',
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [],
  };
}

/** The data of a record as `dig +short` prints it. */
export function formatRecordData(record: RecordData): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return record.address;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return `${record.target}.`;
    case 'SRV':
      return `${record.priority} ${record.weight} ${record.port} ${record.target}.`;
    case 'TXT':
      return record.texts.map((text) => JSON.stringify(text)).join(' ');
    case 'SOA':
      return `${record.server}. ${record.mailbox}. ${record.serial} ${record.refresh} ${record.retry} ${record.expire} ${record.minimum}`;
  }
}
