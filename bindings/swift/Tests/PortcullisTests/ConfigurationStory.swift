import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Configurations as developers have them, right and wrong.
@Suite struct ConfigurationStory {
    @Test func theFileThatLocalPoolPrintsSignsIn() async throws {
        let server = try LocalPool(configuration: """
            [[pools]]
            id = "eu-west-1_Outputs"

            [[pools.users]]
            username = "ann"
            password = "\(UserPool.password)"
            """)
        let outputs = try #require(server.amplifyOutputs)
        let auth = try AuthClient(configuration: .amplifyOutputs(outputs), storage: .memory)
        #expect(auth.configuration.userPoolId == "eu-west-1_Outputs")
        #expect(auth.configuration.endpoint.hasPrefix(server.endpoint.absoluteString))
        #expect(try await auth.signIn(username: "ann", password: UserPool.password).isSignedIn)
        #expect(try AuthConfiguration.json(outputs).clientId == auth.configuration.clientId)
    }

    @Test func theFilesOfAmplifyGenOne() throws {
        let amplify = """
            {"auth": {"plugins": {"awsCognitoAuthPlugin": {
              "CognitoUserPool": {"Default": {
                "PoolId": "eu-west-1_AbCdEfGh1", "AppClientId": "client", "Region": "eu-west-1"}},
              "Auth": {"Default": {"authenticationFlowType": "CUSTOM_AUTH_WITHOUT_SRP"}}
            }}}}
            """
        let exports = """
            {"aws_user_pools_id": "eu-west-1_AbCdEfGh1", "aws_user_pools_web_client_id": "client",
             "aws_cognito_region": "eu-west-1"}
            """
        let first = try AuthConfiguration.amplifyConfiguration(Data(amplify.utf8))
        #expect(first.userPoolId == "eu-west-1_AbCdEfGh1")
        #expect(first.authFlow == .customWithoutSRP)
        #expect(try AuthConfiguration.json(Data(amplify.utf8)).clientId == "client")
        let second = try AuthConfiguration.awsExports(Data(exports.utf8))
        #expect(second.region == "eu-west-1")
        #expect(second.authFlow == .userSRP)
    }

    @Test(arguments: [
        AuthFlow.userSRP, .userPassword, .userAuth(), .userAuth(preferredFirstFactor: .passwordSRP),
        .userAuth(preferredFirstFactor: .other(name: "PALM_PRINT")), .customWithSRP, .customWithoutSRP,
    ])
    func everyFlowArrives(flow: AuthFlow) throws {
        let configuration = try AuthConfiguration(
            userPoolId: "eu-west-1_AbCdEfGh1", clientId: "client", authFlow: flow)
        #expect(configuration.authFlow == flow)
        #expect(configuration.endpoint == "https://cognito-idp.eu-west-1.amazonaws.com/")
    }

    @Test func aWrongKeyIsNamed() async throws {
        let wrong: [(String, () throws -> AuthConfiguration)] = [
            ("user_pool_id", { try AuthConfiguration(userPoolId: "nonsense", clientId: "client") }),
            ("client_id", { try AuthConfiguration(userPoolId: "eu-west-1_AbCdEfGh1", clientId: "not a client") }),
            ("auth.user_pool_id", { try .amplifyOutputs(Data(#"{"auth": {"user_pool_client_id": "x"}}"#.utf8)) }),
            ("endpoint", {
                try AuthConfiguration(
                    userPoolId: "eu-west-1_AbCdEfGh1", clientId: "client", endpoint: URL(string: "http://example.com"))
            }),
        ]
        for (field, make) in wrong {
            let error = try await failure(of: make)
            guard case .configuration(let info) = error else { throw error }
            #expect(error.code == .configurationInvalid)
            #expect(info.field == field)
            #expect(!error.isRetryable)
        }
    }

    @Test(arguments: [-1, 0, 1e12, .infinity, .nan])
    func aTimeoutThatIsNoneIsAnErrorNotACrash(seconds: TimeInterval) async throws {
        let error = try await failure {
            try AuthConfiguration(userPoolId: "eu-west-1_AbCdEfGh1", clientId: "client", totalTimeout: seconds)
        }
        guard case .configuration(let info) = error else { throw error }
        #expect(info.field == "total_timeout")
    }

    @Test func whatIsNotJSONIsAnErrorThatShowsNoneOfIt() async throws {
        for bytes in [Data("canary".utf8), Data([0xFF, 0xFE, 0x00]), Data()] {
            let error = try await failure { try AuthConfiguration.json(bytes) }
            guard case .configuration = error else { throw error }
            #expect(!error.description.contains("canary"))
        }
    }
}
