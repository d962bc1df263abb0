import type { ClusterConfig } from './config';

/** The authority of clusters that nobody gave one: a certificate for `CN=kubernetes` whose key is thrown away. */
const DEFAULT_ROOT_CA = `-----BEGIN CERTIFICATE-----
MIIBpzCCAU6gAwIBAgIUL8cJzGWkTxBv0g6N7GOFGiTImiQwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKa3ViZXJuZXRlczAgFw0yNjExMjMwODI4MzJaGA8yMTI2MTAz
MDA4MjgzMlowFTETMBEGA1UEAwwKa3ViZXJuZXRlczBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABK82w98PTdCdu7tWijbeeVC6fwft4+gBoa0i1GdZCDEcK9FzmP2S
bwU+dIgArIXMqr/XGPRcG40p+Z7wINrNkl6jejB4MB0GA1UdDgQWBBRaWtF5FEAK
pHV2UpF+7QqYesksuDAfBgNVHSMEGDAWgBRaWtF5FEAKpHV2UpF+7QqYesksuDAP
BgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwICpDAVBgNVHREEDjAMggprdWJl
cm5ldGVzMAoGCCqGSM49BAMCA0cAMEQCIE4RAKLvJfAcd4w9hg4lvVj4yHfjVYiH
s0ETSzIqABt1AiAelUELfTzaJIJg02FZHZ3pPtpuF5y+JrDLSzMIWzYFoA==
-----END CERTIFICATE-----
`;

/** PEM of the authority that signed the API server's certificate. */
export const rootCaOf = ({ root_ca }: ClusterConfig): string => root_ca ?? DEFAULT_ROOT_CA;
