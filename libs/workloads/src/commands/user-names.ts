/** Names of users that images bring. */
export const USERS: Readonly<Record<number, string>> = {
  0: 'root',
  100: 'curl_user',
  99: 'haproxy',
  101: 'nginx',
  11_211: 'memcache',
  65_532: 'nonroot',
  65_534: 'nobody',
};

/** A user's name, or the number of one who has none. */
export const userName = (user: number): string => USERS[user] ?? String(user);
