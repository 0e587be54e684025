/** How we sign in: by an API token, which lasts, or by a user's password for a ticket, which must be renewed. */
export type ProxmoxCredentials = { kind: 'token'; token: string } | { kind: 'password'; user: string; password: string };

/**
 * The credentials to use: the token where there is one, because it needs no renewal, no CSRF token and no second factor.
 *
 * @param given `token`: `user@realm!name=secret`, also with `PVEAPIToken=` before it as the API's header has it; `login`: `user@realm:password`.
 * @throws Error that says how to write them; it repeats no secret.
 */
export function chooseCredentials(given: { token?: string | undefined; login?: string | undefined }): ProxmoxCredentials {
  if (given.token !== undefined) {
    const token = given.token.trim().replace(/^PVEAPIToken=/, '');
    if (/^[^\s@!=:]+@[^\s!=]+![^\s=]+=\S+$/.test(token)) return { kind: 'token', token };
    throw new Error('The API token is not written user@realm!name=secret, for example harness@pve!acceptance=xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx. Both parts are shown once, when the token is made: "pveum user token add".');
  }
  if (given.login === undefined) throw new Error('There are no credentials for the Proxmox API. Give credentials.token (user@realm!name=secret), or credentials.login (user@realm:password).');
  const [, user, password] = /^([^\s:]+@[^\s:@]+):(.+)$/s.exec(given.login.trimEnd()) ?? [];
  if (user !== undefined && password !== undefined) return { kind: 'password', user, password };
  throw new Error('The login is not written user@realm:password, for example root@pam:secret. The realm must be there: without it Proxmox VE says "authentication failure".');
}

/** Whom the API takes us for, as its tasks name who began them: `user@realm!name` for a token, else the user. */
export function userOf(credentials: ProxmoxCredentials): string {
  return credentials.kind === 'token' ? (credentials.token.split('=')[0] ?? '') : credentials.user;
}
