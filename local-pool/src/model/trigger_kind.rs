/// The user pool's Lambda triggers this server can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TriggerKind {
    PreSignUp,
    PostConfirmation,
    PreAuthentication,
    PostAuthentication,
    PreTokenGeneration,
    DefineAuthChallenge,
    CreateAuthChallenge,
    VerifyAuthChallengeResponse,
    UserMigration,
    CustomMessage,
}

impl TriggerKind {
    /// The name Cognito puts in error texts, as in `PreSignUp failed with error …`.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreSignUp => "PreSignUp",
            Self::PostConfirmation => "PostConfirmation",
            Self::PreAuthentication => "PreAuthentication",
            Self::PostAuthentication => "PostAuthentication",
            Self::PreTokenGeneration => "PreTokenGeneration",
            Self::DefineAuthChallenge => "DefineAuthChallenge",
            Self::CreateAuthChallenge => "CreateAuthChallenge",
            Self::VerifyAuthChallengeResponse => "VerifyAuthChallengeResponse",
            Self::UserMigration => "UserMigration",
            Self::CustomMessage => "CustomMessage",
        }
    }

    /// The member of a pool's `LambdaConfig` that holds this trigger's ARN. Cognito spells it like the error texts.
    pub fn lambda_config_key(self) -> &'static str {
        self.name()
    }

    /// Every trigger, in the order a user meets them.
    pub fn all() -> [Self; 10] {
        [
            Self::PreSignUp,
            Self::PostConfirmation,
            Self::PreAuthentication,
            Self::PostAuthentication,
            Self::PreTokenGeneration,
            Self::DefineAuthChallenge,
            Self::CreateAuthChallenge,
            Self::VerifyAuthChallengeResponse,
            Self::UserMigration,
            Self::CustomMessage,
        ]
    }

    /// The trigger that a function called `name` (a file's stem or a folder's name) is for, if its name ends with one.
    ///
    /// Case, `-`, `_` and spaces do not count. The short endings are those of the scaffolding that the Amplify CLI
    /// writes: `boilerplate-create-challenge`, `boilerplate-define-challenge`, `boilerplate-verify`.
    pub(crate) fn from_function_name(name: &str) -> Option<Self> {
        let lower = name.to_lowercase();
        let folded: String = lower.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        let by_ending =
            Self::all().into_iter().find(|kind| kind.name_endings().iter().any(|ending| folded.ends_with(ending)));
        // `verify` alone is a common verb: it counts only as a word of its own.
        let verify_word = folded == "verify" || lower.ends_with("-verify") || lower.ends_with("_verify");
        by_ending.or(verify_word.then_some(Self::VerifyAuthChallengeResponse))
    }

    fn name_endings(self) -> &'static [&'static str] {
        match self {
            Self::PreSignUp => &["presignup"],
            Self::PostConfirmation => &["postconfirmation"],
            Self::PreAuthentication => &["preauthentication"],
            Self::PostAuthentication => &["postauthentication"],
            Self::PreTokenGeneration => &["pretokengeneration"],
            Self::DefineAuthChallenge => &["defineauthchallenge", "definechallenge"],
            Self::CreateAuthChallenge => &["createauthchallenge", "createchallenge"],
            Self::VerifyAuthChallengeResponse => {
                &["verifyauthchallengeresponse", "verifyauthchallenge", "verifychallengeresponse", "verifychallenge"]
            }
            Self::UserMigration => &["usermigration", "migrateuser"],
            Self::CustomMessage => &["custommessage"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_the_scaffolding_and_of_common_spellings() {
        let cases = [
            ("boilerplate-create-challenge", Some(TriggerKind::CreateAuthChallenge)),
            ("boilerplate-define-challenge", Some(TriggerKind::DefineAuthChallenge)),
            ("boilerplate-verify", Some(TriggerKind::VerifyAuthChallengeResponse)),
            ("captcha-verify", Some(TriggerKind::VerifyAuthChallengeResponse)),
            ("verify", Some(TriggerKind::VerifyAuthChallengeResponse)),
            ("VerifyAuthChallenge", Some(TriggerKind::VerifyAuthChallengeResponse)),
            ("verify-auth-challenge-response", Some(TriggerKind::VerifyAuthChallengeResponse)),
            ("define-auth-challenge", Some(TriggerKind::DefineAuthChallenge)),
            ("myappCreateAuthChallenge", Some(TriggerKind::CreateAuthChallenge)),
            ("preSignup", Some(TriggerKind::PreSignUp)),
            ("pre_sign_up", Some(TriggerKind::PreSignUp)),
            ("PostConfirmation", Some(TriggerKind::PostConfirmation)),
            ("shopUserMigration", Some(TriggerKind::UserMigration)),
            ("create-auth-challenge.test", None),
            ("sendOtp", None),
            ("reverify", None),
        ];
        for (name, kind) in cases {
            assert_eq!(TriggerKind::from_function_name(name), kind, "{name}");
        }
    }

    #[test]
    fn every_trigger_is_found_by_its_own_name() {
        for kind in TriggerKind::all() {
            assert_eq!(TriggerKind::from_function_name(kind.name()), Some(kind));
        }
    }
}
