//! The texts of the pages, each in every language, in one place.

/// A language the pages speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    #[default]
    English,
    German,
    Spanish,
    French,
    Japanese,
    Arabic,
}

const ALL: [(Language, &str); 6] = [
    (Language::English, "en"),
    (Language::German, "de"),
    (Language::Spanish, "es"),
    (Language::French, "fr"),
    (Language::Japanese, "ja"),
    (Language::Arabic, "ar"),
];

impl Language {
    /// By a tag as `de`, `pt-BR` or `zh-TW`; what has no translation is English.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let first = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        ALL.iter().find(|(_, known)| *known == first).map(|(language, _)| *language)
    }

    pub fn tag(self) -> &'static str {
        ALL.iter().find(|(language, _)| *language == self).map_or("en", |(_, tag)| tag)
    }

    pub fn direction(self) -> &'static str {
        if self == Self::Arabic { "rtl" } else { "ltr" }
    }

    fn pick(self, texts: [&'static str; 6]) -> &'static str {
        texts[self as usize]
    }
}

macro_rules! catalogue {
    ($($name:ident: $en:literal, $de:literal, $es:literal, $fr:literal, $ja:literal, $ar:literal;)+) => {
        impl Language {
            $(pub fn $name(self) -> &'static str {
                self.pick([$en, $de, $es, $fr, $ja, $ar])
            })+
        }

        #[cfg(test)]
        const TEXTS: &[[&str; 6]] = &[$([$en, $de, $es, $fr, $ja, $ar]),+];
    };
}

catalogue! {
    sign_in: "Sign in", "Anmelden", "Iniciar sesión", "Se connecter", "サインイン", "تسجيل الدخول";
    username: "Username", "Benutzername", "Nombre de usuario", "Nom d’utilisateur", "ユーザー名", "اسم المستخدم";
    email: "Email address", "E-Mail-Adresse", "Correo electrónico", "Adresse e-mail", "メールアドレス", "البريد الإلكتروني";
    phone: "Phone number", "Telefonnummer", "Número de teléfono", "Numéro de téléphone", "電話番号", "رقم الهاتف";
    password: "Password", "Passwort", "Contraseña", "Mot de passe", "パスワード", "كلمة المرور";
    new_password: "New password", "Neues Passwort", "Nueva contraseña", "Nouveau mot de passe", "新しいパスワード", "كلمة المرور الجديدة";
    code: "Code", "Code", "Código", "Code", "コード", "الرمز";
    forgot: "Forgot your password?", "Passwort vergessen?", "¿Olvidó su contraseña?", "Mot de passe oublié ?", "パスワードをお忘れですか？", "هل نسيت كلمة المرور؟";
    sign_up: "Create an account", "Konto erstellen", "Crear una cuenta", "Créer un compte", "アカウントを作成", "إنشاء حساب";
    go_on: "Continue", "Weiter", "Continuar", "Continuer", "続行", "متابعة";
    back: "Back to sign-in", "Zurück zur Anmeldung", "Volver al inicio de sesión", "Retour à la connexion", "サインインに戻る", "العودة إلى تسجيل الدخول";
    or: "or", "oder", "o", "ou", "または", "أو";
    with: "Continue with", "Weiter mit", "Continuar con", "Continuer avec", "次で続行:", "المتابعة باستخدام";
    without_password: "Sign in without a password", "Ohne Passwort anmelden", "Iniciar sesión sin contraseña", "Se connecter sans mot de passe", "パスワードなしでサインイン", "تسجيل الدخول دون كلمة مرور";
    continue_as: "Continue as", "Weiter als", "Continuar como", "Continuer en tant que", "次のユーザーとして続行:", "المتابعة باسم";
    another_account: "Use another account", "Anderes Konto verwenden", "Usar otra cuenta", "Utiliser un autre compte", "別のアカウントを使用", "استخدام حساب آخر";
    code_sent_to: "We sent a code to", "Wir haben einen Code gesendet an", "Hemos enviado un código a", "Nous avons envoyé un code à", "コードを送信しました:", "أرسلنا رمزًا إلى";
    code_of_app: "Enter the code that your authenticator app shows.", "Geben Sie den Code Ihrer Authenticator-App ein.", "Introduzca el código de su aplicación de autenticación.", "Saisissez le code de votre application d’authentification.", "認証アプリに表示されるコードを入力してください。", "أدخل الرمز الذي يعرضه تطبيق المصادقة.";
    choose_factor: "How do you want to go on?", "Wie möchten Sie fortfahren?", "¿Cómo desea continuar?", "Comment souhaitez-vous continuer ?", "続行する方法を選択してください", "كيف تريد المتابعة؟";
    text_message: "Text message", "SMS", "Mensaje de texto", "SMS", "SMS メッセージ", "رسالة نصية";
    email_message: "Email message", "E-Mail", "Correo electrónico", "E-mail", "メール", "رسالة بريد إلكتروني";
    authenticator_app: "Authenticator app", "Authenticator-App", "Aplicación de autenticación", "Application d’authentification", "認証アプリ", "تطبيق المصادقة";
    passkey: "Passkey", "Passkey", "Clave de acceso", "Clé d’accès", "パスキー", "مفتاح المرور";
    set_up_app: "Scan this code with your authenticator app, then enter the code that it shows.", "Scannen Sie diesen Code mit Ihrer Authenticator-App und geben Sie den Code ein, den sie zeigt.", "Escanee este código con su aplicación de autenticación e introduzca el código que muestra.", "Scannez ce code avec votre application d’authentification, puis saisissez le code affiché.", "認証アプリでこのコードをスキャンし、表示されたコードを入力してください。", "امسح هذا الرمز بتطبيق المصادقة ثم أدخل الرمز الذي يعرضه.";
    secret_key: "Or type this key:", "Oder geben Sie diesen Schlüssel ein:", "O escriba esta clave:", "Ou saisissez cette clé :", "またはこのキーを入力:", "أو اكتب هذا المفتاح:";
    set_up_email: "Enter an email address for codes.", "Geben Sie eine E-Mail-Adresse für Codes an.", "Introduzca un correo electrónico para los códigos.", "Saisissez une adresse e-mail pour les codes.", "コードを受け取るメールアドレスを入力してください。", "أدخل بريدًا إلكترونيًا لتلقي الرموز.";
    change_password: "Choose a new password", "Neues Passwort wählen", "Elija una contraseña nueva", "Choisissez un nouveau mot de passe", "新しいパスワードを設定してください", "اختر كلمة مرور جديدة";
    reset_password: "Reset your password", "Passwort zurücksetzen", "Restablecer la contraseña", "Réinitialiser le mot de passe", "パスワードをリセット", "إعادة تعيين كلمة المرور";
    confirm_account: "Confirm your account", "Konto bestätigen", "Confirme su cuenta", "Confirmez votre compte", "アカウントを確認", "تأكيد حسابك";
    resend: "Send a new code", "Neuen Code senden", "Enviar un código nuevo", "Envoyer un nouveau code", "新しいコードを送信", "إرسال رمز جديد";
    have_account: "Already have an account?", "Sie haben schon ein Konto?", "¿Ya tiene una cuenta?", "Vous avez déjà un compte ?", "アカウントをお持ちですか？", "هل لديك حساب بالفعل؟";
    use_passkey: "Use a passkey", "Passkey verwenden", "Usar una clave de acceso", "Utiliser une clé d’accès", "パスキーを使用", "استخدام مفتاح مرور";
    add_passkey: "Create a passkey", "Passkey erstellen", "Crear una clave de acceso", "Créer une clé d’accès", "パスキーを作成", "إنشاء مفتاح مرور";
    passkey_failed: "The passkey could not be used.", "Der Passkey konnte nicht verwendet werden.", "No se pudo usar la clave de acceso.", "La clé d’accès n’a pas pu être utilisée.", "パスキーを使用できませんでした。", "تعذر استخدام مفتاح المرور.";
    not_now: "Not now", "Nicht jetzt", "Ahora no", "Pas maintenant", "後で", "ليس الآن";
    error: "An error was encountered with the requested page.", "Bei der angeforderten Seite ist ein Fehler aufgetreten.", "Se produjo un error con la página solicitada.", "Une erreur s’est produite sur la page demandée.", "要求されたページでエラーが発生しました。", "حدث خطأ في الصفحة المطلوبة.";
    form_too_old: "This form is too old or from another page. Please try again.", "Dieses Formular ist zu alt oder von einer anderen Seite. Bitte versuchen Sie es erneut.", "Este formulario ha caducado o es de otra página. Inténtelo de nuevo.", "Ce formulaire a expiré ou provient d’une autre page. Veuillez réessayer.", "このフォームは古いか、別のページのものです。もう一度お試しください。", "هذا النموذج قديم أو من صفحة أخرى. يرجى المحاولة مرة أخرى.";
}

/// Texts of the service that people see most. The pages show the others as they are.
const OF_THE_SERVICE: &[[&str; 6]] = &[
    [
        "Incorrect username or password.",
        "Benutzername oder Passwort ist falsch.",
        "Nombre de usuario o contraseña incorrectos.",
        "Nom d’utilisateur ou mot de passe incorrect.",
        "ユーザー名またはパスワードが正しくありません。",
        "اسم المستخدم أو كلمة المرور غير صحيحة.",
    ],
    [
        "User does not exist.",
        "Diesen Benutzer gibt es nicht.",
        "El usuario no existe.",
        "Cet utilisateur n’existe pas.",
        "ユーザーが存在しません。",
        "المستخدم غير موجود.",
    ],
    [
        "Invalid code or auth state for the user.",
        "Der Code ist falsch oder abgelaufen.",
        "El código no es válido o ha caducado.",
        "Le code est incorrect ou a expiré.",
        "コードが正しくないか、期限切れです。",
        "الرمز غير صحيح أو منتهي الصلاحية.",
    ],
    [
        "Invalid verification code provided, please try again.",
        "Der Code ist falsch. Bitte versuchen Sie es erneut.",
        "El código no es válido. Inténtelo de nuevo.",
        "Le code est incorrect. Veuillez réessayer.",
        "コードが正しくありません。もう一度お試しください。",
        "الرمز غير صحيح. يرجى المحاولة مرة أخرى.",
    ],
    [
        "Password attempts exceeded",
        "Zu viele falsche Passwörter",
        "Demasiados intentos de contraseña",
        "Trop de tentatives",
        "パスワードの試行回数を超えました",
        "تم تجاوز عدد محاولات كلمة المرور",
    ],
    [
        "Login option is not available. Please try another one",
        "Diese Anmeldeart gibt es nicht. Bitte wählen Sie eine andere.",
        "Esta opción de inicio de sesión no está disponible. Pruebe otra.",
        "Cette option de connexion n’est pas disponible. Essayez-en une autre.",
        "このログイン方法は利用できません。別の方法をお試しください。",
        "خيار تسجيل الدخول هذا غير متاح. يرجى تجربة خيار آخر.",
    ],
];

impl Language {
    /// An attribute's name for people: there is no catalogue of them all.
    pub fn of_attribute(self, name: &str) -> String {
        match name {
            "email" => self.email().to_owned(),
            "phone_number" => self.phone().to_owned(),
            other => other.trim_start_matches("custom:").replace('_', " "),
        }
    }

    /// A text of the service in this language, if it is known.
    pub fn of_service(self, text: &str) -> &str {
        OF_THE_SERVICE.iter().find(|texts| texts[0] == text).map_or(text, |texts| texts[self as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_every_language() {
        for texts in TEXTS.iter().chain(OF_THE_SERVICE) {
            assert!(texts.iter().all(|text| !text.trim().is_empty() && !text.contains('<')), "{texts:?}");
        }
    }

    #[test]
    fn languages_are_found_by_their_tags() {
        for (language, tag) in ALL {
            assert_eq!((Language::of_tag(tag), language.tag()), (Some(language), tag));
            assert_eq!(ALL[language as usize].0, language);
        }
        assert_eq!(Language::of_tag("de-CH"), Some(Language::German));
        assert_eq!(Language::of_tag("zh-CN"), None);
        assert_eq!(Language::of_tag("\"><script>"), None);
        assert_eq!((Language::Arabic.direction(), Language::German.direction()), ("rtl", "ltr"));
    }
}
