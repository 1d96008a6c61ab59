using System.Text.Json;
using Xunit;

namespace SnapshotBot.Interop.Tests.Support;

/// <summary>The real restic, in the versions the tests must agree with.</summary>
public enum ResticVersion
{
    /// <summary>0.14.</summary>
    Old,

    /// <summary>0.18.</summary>
    New,
}

/// <summary>A real restic at work on one repository.</summary>
public sealed class Restic(ResticVersion version, string repository, string passwordFile)
{
    private readonly Dictionary<string, string> _environment = new()
    {
        ["RESTIC_REPOSITORY"] = repository,
        ["RESTIC_PASSWORD_FILE"] = passwordFile,
        ["RESTIC_CACHE_DIR"] = "",
        ["TZ"] = "UTC",
    };

    public ResticVersion Version => version;

    /// <summary>The program, or a failure that says what is missing: a run without it proves nothing.</summary>
    public static string PathOf(ResticVersion version)
    {
        var variable = version == ResticVersion.Old ? "SNAPSHOTBOT_TEST_RESTIC_OLD" : "SNAPSHOTBOT_TEST_RESTIC_NEW";
        var path = Environment.GetEnvironmentVariable(variable);
        Assert.True(File.Exists(path), $"{variable} must name restic {(version == ResticVersion.Old ? "0.14" : "0.18")}; ./test.sh gets it.");
        return path!;
    }

    /// <summary>Runs it and expects success.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var ended = await TryRunAsync(arguments);
        Assert.True(ended.ExitCode == 0, $"restic {string.Join(' ', arguments)}: {ended}");
        return ended.Output;
    }

    public Task<Ended> TryRunAsync(params string[] arguments) =>
        Tool.RunAsync(PathOf(version), ["--no-cache", .. arguments], _environment, TestContext.Current.CancellationToken);

    /// <summary>Begins and does not wait.</summary>
    public System.Diagnostics.Process Start(params string[] arguments) => Tool.Start(PathOf(version), ["--no-cache", .. arguments], _environment);

    public async Task InitAsync(int repositoryVersion) => await RunAsync("init", "--repository-version", repositoryVersion.ToString());

    /// <summary>Every byte read, by restic's own eyes.</summary>
    public async Task CheckAsync()
    {
        var output = await RunAsync("check", "--read-data");
        Assert.Contains("no errors were found", output, StringComparison.Ordinal);
    }

    public async Task<JsonElement> JsonAsync(params string[] arguments) =>
        JsonDocument.Parse(await RunAsync([.. arguments, "--json"])).RootElement;

    /// <summary>The ids of all snapshots, oldest first.</summary>
    public async Task<IReadOnlyList<string>> SnapshotsAsync() =>
        [.. (await JsonAsync("snapshots")).EnumerateArray()
            .OrderBy(snapshot => snapshot.GetProperty("time").GetDateTimeOffset())
            .Select(snapshot => snapshot.GetProperty("id").GetString()!)];
}
