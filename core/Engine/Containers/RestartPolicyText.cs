using System.Text.Json.Nodes;

namespace SnapshotBot.Engine;

internal static class RestartPolicyText
{
    public static RestartPolicyKind Parse(string text) => text switch
    {
        "always" => RestartPolicyKind.Always,
        "unless-stopped" => RestartPolicyKind.UnlessStopped,
        "on-failure" => RestartPolicyKind.OnFailure,
        _ => RestartPolicyKind.No,
    };

    public static string Of(RestartPolicyKind kind) => kind switch
    {
        RestartPolicyKind.Always => "always",
        RestartPolicyKind.UnlessStopped => "unless-stopped",
        RestartPolicyKind.OnFailure => "on-failure",
        _ => "no",
    };

    public static JsonObject ToJson(RestartPolicy policy) => new()
    {
        ["Name"] = Of(policy.Kind),
        ["MaximumRetryCount"] = policy.Kind == RestartPolicyKind.OnFailure ? policy.MaximumRetries : 0,
    };
}
