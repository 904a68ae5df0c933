//! The ways a Node.js handler may be written and may end.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod handlers;

use handlers::{Handlers, MARKS, event, run};
use local_pool::triggers::{TriggerFailure, TriggerKind};
use serde_json::{Value, json};

/// Runs `script` as the file `name` for PreSignUp.
async fn outcome_in(name: &str, script: &str) -> Result<Value, TriggerFailure> {
    run(&Handlers::new(&[(name, script)]).triggers(), TriggerKind::PreSignUp, json!({})).await
}

#[tokio::test]
async fn every_way_of_answering_counts() {
    let ways = [
        "exports.handler = async (event) => { event.response.a = 1; return event; };",
        "exports.handler = async (event) => { event.response.a = 1; };",
        "exports.handler = (event) => { event.response.a = 1; return event; };",
        "exports.handler = (event) => { event.response.a = 1; };",
        "exports.handler = (event, context) => { event.response.a = 1; };",
        "exports.handler = (event, context, callback) => { event.response.a = 1; callback(null, event); };",
        "exports.handler = (event, _, callback) => { setTimeout(() => { event.response.a = 1; callback(null, event); }, 5); };",
        "exports.handler = (event, _, callback) => { event.response.a = 1; callback(null, event); return {response: {}}; };",
        "exports.handler = (event, context) => { event.response.a = 1; context.done(null, event); };",
        "exports.handler = (event, context) => setTimeout(() => { event.response.a = 1; context.succeed(event); }, 5);",
        "exports.handler = (event) => Promise.resolve({...event, response: {a: 1}});",
        "module.exports = { handler: async (event) => ({...event, response: {a: 1}}) };",
        "export const handler = async (event) => { event.response.a = 1; return event; };",
        "import { basename } from 'node:path';\nexport async function handler(event) { event.response.a = basename('1') * 1; }",
        "export default { handler: async (event) => { event.response.a = 1; } };",
    ];
    let handlers = Handlers::new(&[]);
    for (number, script) in ways.iter().enumerate() {
        handlers.write(&format!("way{number}/index.js"), script);
    }
    let triggers = handlers.triggers();
    for (number, script) in ways.iter().enumerate() {
        let arn = format!("arn:aws:lambda:eu-west-1:123456789012:function:way{number}");
        let answer = triggers.invoke(TriggerKind::PostConfirmation, Some(&arn), event(json!({}))).await;
        assert_eq!(answer.map(|answer| answer["response"].clone()), Ok(json!({"a": 1})), "{script}");
    }
}

#[tokio::test]
async fn module_kinds_by_extension_and_package_json() {
    let esm = "export const handler = async (event) => { event.response.mark = 'ran'; };";
    assert_eq!(outcome_in("pre-sign-up.mjs", esm).await, Ok(json!({"mark": "ran"})));
    assert_eq!(outcome_in("pre-sign-up.cjs", MARKS).await, Ok(json!({"mark": "ran"})));

    let typed = Handlers::new(&[("preSignUp.js", esm), ("package.json", r#"{"type": "module"}"#)]);
    assert_eq!(run(&typed.triggers(), TriggerKind::PreSignUp, json!({})).await, Ok(json!({"mark": "ran"})));

    // A folder of CommonJS handlers inside a project of ES modules, whose dependencies it uses.
    let project = Handlers::new(&[
        ("package.json", r#"{"type": "module"}"#),
        ("node_modules/word/index.js", "module.exports = 'found';"),
        ("node_modules/word/package.json", r#"{"name": "word", "version": "1.0.0"}"#),
        (
            "triggers/preSignUp.js",
            "exports.handler = async (e) => { e.response.mark = require('word') + require('./lib/own.js'); };",
        ),
        ("triggers/lib/own.js", "module.exports = ' here';"),
    ]);
    let triggers = project.logging().with_folder(project.path().join("triggers")).unwrap();
    assert_eq!(run(&triggers, TriggerKind::PreSignUp, json!({})).await, Ok(json!({"mark": "found here"})));
}

#[tokio::test]
async fn what_was_thrown_is_the_message() {
    let cases = [
        ("exports.handler = async () => { throw new Error('Not on the list'); };", "Not on the list"),
        ("exports.handler = () => { throw new RangeError('out'); };", "out"),
        ("exports.handler = async () => { throw 'bare text'; };", "bare text"),
        ("exports.handler = () => Promise.reject(42);", "42"),
        ("exports.handler = (e, c, callback) => callback('called back');", "called back"),
        ("exports.handler = (e, c, callback) => callback(new Error('called back'));", "called back"),
        ("exports.handler = (e, context) => context.fail(new Error('failed'));", "failed"),
        ("exports.handler = (e, context) => context.done(new Error('done'), e);", "done"),
        ("exports.handler = (e, c, callback) => { setTimeout(() => { throw new Error('later'); }, 1); };", "later"),
        ("exports.handler = (e, c, callback) => { Promise.reject(new Error('unhandled')); };", "unhandled"),
    ];
    for (script, message) in cases {
        assert_eq!(
            outcome_in("presignup.js", script).await,
            Err(TriggerFailure::Threw(message.to_owned())),
            "{script}"
        );
    }
    let undefined = outcome_in("presignup.js", "exports.handler = async () => { throw undefined; };").await;
    assert!(matches!(undefined, Err(TriggerFailure::Threw(_))), "{undefined:?}");
}

#[tokio::test]
async fn what_cannot_be_loaded_says_why() {
    let cases = [
        ("exports.handler = async (event) => {", "SyntaxError: "),
        ("exports.handler = require('no-such-package');", "Error: Cannot find module 'no-such-package'"),
        ("exports.main = async () => {};", "handler is undefined or not exported"),
        ("throw new Error('at the top');", "Error: at the top"),
    ];
    for (script, message) in cases {
        match outcome_in("presignup.js", script).await {
            Err(TriggerFailure::Threw(text)) => assert!(text.contains(message), "{text}"),
            other => panic!("{other:?} for {script}"),
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_not_the_event_is_unrecognizable() {
    let scripts = [
        "exports.handler = async () => 'text';",
        "exports.handler = async () => null;",
        "exports.handler = async () => ({response: {}});",
        "exports.handler = async (event) => event.response;",
        "exports.handler = async (event) => { event.response.autoConfirmUser = 'yes'; };",
        "exports.handler = (event, context, callback) => { event.response.autoConfirmUser = true; };",
        "exports.handler = (event, context, callback) => callback();",
    ];
    for script in scripts {
        assert_eq!(outcome_in("presignup.js", script).await, Err(TriggerFailure::Unrecognizable), "{script}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_json_threw() {
    let failure = outcome_in("presignup.js", "exports.handler = async (e) => { e.response.self = e; };").await;
    assert!(
        matches!(&failure, Err(TriggerFailure::Threw(text)) if text.starts_with("Unable to stringify")),
        "{failure:?}"
    );
}

#[tokio::test]
async fn output_and_stack_traces_reach_the_log() {
    let script = "\
const { writeSync } = require('node:fs');
exports.handler = async (event) => {
  console.log('for %s:', event.userName, { nested: true });
  console.error('two\\nlines');
  process.stdout.write('{\"id\":1,\"ok\":{}}\\n');
  process.stderr.write(Buffer.from('bytes\\n'));
  writeSync(1, 'straight to the descriptor');
  writeSync(2, 'straight to the other\\n');
  failing();
};
function failing() { throw new Error('with a trace'); }
";
    // As an ES module would be, it is run from a copy; the log names the user's own file all the same.
    let copied = Handlers::new(&[("presignup.js", script), ("package.json", "{} // makes a copy necessary")]);
    let in_place = Handlers::new(&[("presignup.js", script)]);
    for handlers in [copied, in_place] {
        let triggers = handlers.triggers();
        let failure = run(&triggers, TriggerKind::PreSignUp, json!({})).await;
        assert_eq!(failure, Err(TriggerFailure::Threw("with a trace".to_owned())));
        let trace = format!("at failing ({}:11:", handlers.path().join("presignup.js").display());
        for line in [
            "[presignup] for ana: { nested: true }",
            "[presignup] two\n[presignup] lines",
            r#"[presignup] {"id":1,"ok":{}}"#,
            "[presignup] bytes",
            "[presignup] Error: with a trace",
            &trace,
        ] {
            handlers.wait_for_log(line).await;
        }
        handlers.wait_for_log("[node] straight to the descriptor").await;
        handlers.wait_for_log("[node] straight to the other").await;
    }
}

#[tokio::test]
async fn context_and_environment_are_those_of_a_lambda_function() {
    let script = "exports.handler = async (event, context) => {
        event.response = {
            name: context.functionName, arn: context.invokedFunctionArn, id: context.awsRequestId,
            left: context.getRemainingTimeInMillis(), waits: context.callbackWaitsForEmptyEventLoop,
            region: process.env.AWS_REGION, variable: process.env.AWS_LAMBDA_FUNCTION_NAME,
            own: process.env.GREETING, env: process.env.ENV, answer: process.env.CHALLENGEANSWER,
        };
    };";
    let template = json!({
        "Parameters": {"CHALLENGEANSWER": {"Type": "String", "Default": "1234"}},
        "Resources": {"LambdaFunction": {"Type": "AWS::Lambda::Function", "Properties": {"Environment": {"Variables": {
            "ENV": {"Ref": "env"}, "GREETING": "hello", "CHALLENGEANSWER": {"Ref": "CHALLENGEANSWER"},
            "TABLE": {"Fn::GetAtt": ["Table", "Name"]},
        }}}}},
    });
    let handlers = Handlers::new(&[
        ("shopPreSignup/src/index.js", script),
        ("shopPreSignup/shopPreSignup-cloudformation-template.json", &template.to_string()),
    ]);
    let response = run(&handlers.triggers(), TriggerKind::PreSignUp, json!({})).await.unwrap();
    assert_eq!(response["name"], "shopPreSignup");
    assert_eq!(response["arn"], "arn:aws:lambda:eu-west-1:000000000000:function:shopPreSignup");
    assert_eq!(response["id"].as_str().unwrap().len(), 36);
    let left = response["left"].as_u64().unwrap();
    assert!(left > 0 && left <= 5_000, "{left}");
    assert_eq!(response["waits"], true);
    assert_eq!(response["region"], "eu-west-1");
    assert_eq!(response["variable"], "shopPreSignup");
    assert_eq!(response["own"], "hello");
    assert_eq!(response["env"], "NONE");
    assert_eq!(response["answer"], "1234");
}
