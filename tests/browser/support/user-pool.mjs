// A user pool with an app client whose people sign in on the hosted pages.

export const PASSWORD = "Correct-Horse-9";
export const NEW_PASSWORD = "New-Correct-Horse-9";

export class UserPool {
  constructor(server, app, id, clientId) {
    Object.assign(this, { server, app, id, clientId });
  }

  /**
   * Makes a pool by the API. `pool` and `client` are further members of CreateUserPool and CreateUserPoolClient, `mfa` those
   * of SetUserPoolMfaConfig, `providers` the names of identity providers that local-pool plays.
   */
  static async make(server, app, { pool = {}, client = {}, mfa, providers = [] } = {}) {
    const made = await server.call("CreateUserPool", {
      PoolName: "browser",
      AutoVerifiedAttributes: ["email"],
      // Codes of second factors may go where others for a forgotten password do.
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
      ...pool,
    });
    const id = made.UserPool.Id;
    if (mfa) await server.call("SetUserPoolMfaConfig", { UserPoolId: id, ...mfa });
    for (const name of providers) {
      await server.call("CreateIdentityProvider", {
        UserPoolId: id,
        ProviderName: name,
        ProviderType: name,
        ProviderDetails: { client_id: "app", client_secret: "secret", authorize_scopes: "openid email profile" },
        AttributeMapping: { email: "email", name: "name" },
      });
    }
    const answer = await server.call("CreateUserPoolClient", {
      UserPoolId: id,
      ClientName: "app",
      CallbackURLs: [app.callback],
      LogoutURLs: [app.signedOut],
      AllowedOAuthFlows: ["code"],
      AllowedOAuthScopes: ["openid", "email", "aws.cognito.signin.user.admin"],
      AllowedOAuthFlowsUserPoolClient: true,
      SupportedIdentityProviders: ["COGNITO", ...providers],
      ...client,
    });
    return new UserPool(server, app, id, answer.UserPoolClient.ClientId);
  }

  /** A confirmed user with an e-mail address and a phone number; `more` goes into what `/_local/users` takes. */
  async addUser(username, { attributes = {}, ...more } = {}) {
    const usual = {
      email: `${username}@example.com`,
      email_verified: "true",
      phone_number: "+15555550100",
      phone_number_verified: "true",
    };
    const body = { username, password: PASSWORD, attributes: { ...usual, ...attributes }, ...more };
    await this.server.local(`/users?pool=${encodeURIComponent(this.id)}`, body);
  }

  /** Calls an operation for this pool. */
  call(operation, body) {
    return this.server.call(operation, { UserPoolId: this.id, ...body });
  }

  /** Switches second factors on for a user, the first as the preferred one: "SMS", "Email". */
  async prefer(username, ...factors) {
    const settings = factors.map((name, at) => [`${name}MfaSettings`, { Enabled: true, PreferredMfa: at === 0 }]);
    await this.call("AdminSetUserMFAPreference", { Username: username, ...Object.fromEntries(settings) });
  }

  /** The code of the last message to a user. */
  async lastCode(username) {
    const query = new URLSearchParams({ pool: this.id, user: username });
    const messages = await this.server.look(`/outbox?${query}`);
    const code = messages.at(-1)?.code;
    if (!code) throw new Error(`no message to ${username}`);
    return code;
  }

  /** An address of a page with the parameters of a usual request; `null` leaves one out. */
  url(path = "/oauth2/authorize", changes = {}) {
    const usual = {
      client_id: this.clientId,
      redirect_uri: this.app.callback,
      response_type: "code",
      scope: "openid email",
      state: "s1",
    };
    const all = Object.entries({ ...usual, ...changes }).filter(([, value]) => value !== null);
    return `${this.server.pages}${path}?${new URLSearchParams(all)}`;
  }

  /** The name of the cookie that says who is signed in. */
  get sessionCookie() {
    return `cognito-${this.id}`;
  }

  /** Exchanges the code that came back to the app for tokens. */
  async tokens(code) {
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      client_id: this.clientId,
      redirect_uri: this.app.callback,
      code,
    });
    const answer = await fetch(`${this.server.endpoint}/oauth2/token`, { method: "POST", body });
    if (!answer.ok) throw new Error(`token: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** The same, but the claims of the ID token. */
  async claims(code) {
    const { id_token } = await this.tokens(code);
    return JSON.parse(Buffer.from(id_token.split(".")[1], "base64url"));
  }
}
