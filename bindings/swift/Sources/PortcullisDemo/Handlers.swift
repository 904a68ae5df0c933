#if os(macOS) || os(Linux)
import Foundation
import LocalPoolProcess

/// The Lambda triggers of the demo's pool: a code by e-mail, after the password where the app begins with one.
enum Handlers {
    /// Writes them to a new folder, one file a trigger.
    static func folder() throws -> URL {
        let folder = try temporaryFolder()
        for (name, text) in [
            "define-auth-challenge.mjs": define,
            "create-auth-challenge.mjs": create,
            "verify-auth-challenge-response.mjs": verify,
        ] {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }
        return folder
    }

    private static let define = """
        export const handler = async (event) => {
          const last = event.request.session.at(-1);
          event.response.issueTokens = last?.challengeName === "CUSTOM_CHALLENGE" && last.challengeResult;
          event.response.failAuthentication = last?.challengeResult === false;
          event.response.challengeName = last?.challengeName === "SRP_A" ? "PASSWORD_VERIFIER" : "CUSTOM_CHALLENGE";
          return event;
        };
        """

    private static let create = """
        import { randomInt } from "node:crypto";

        export const handler = async (event) => {
          const answer = String(randomInt(1_000_000)).padStart(6, "0");
          console.log(`code for ${event.request.userAttributes.email}: ${answer}`);
          event.response.publicChallengeParameters = { medium: "EMAIL" };
          event.response.privateChallengeParameters = { answer };
          return event;
        };
        """

    private static let verify = """
        export const handler = async (event) => {
          const { privateChallengeParameters, challengeAnswer } = event.request;
          event.response.answerCorrect = privateChallengeParameters.answer === challengeAnswer;
          return event;
        };
        """
}
#endif
