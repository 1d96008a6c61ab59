using SnapshotBot.Storage.Backends;
using SnapshotBot.Storage.Format;
using SnapshotBot.Storage.Repositories;

namespace SnapshotBot.Bot.Tests.Support;

/// <summary>A repository in a folder of its own, the program's environment for it, and a small world to archive.</summary>
public sealed class RepositoryBench : IDisposable
{
    private const string Password = "a password";

    public RepositoryBench()
    {
        Directory.CreateDirectory(World);
        File.WriteAllText(PasswordFile, Password + "\n");
        File.WriteAllText(In("world/level.dat"), "day 1");
        File.WriteAllBytes(In("world/region"), new byte[100_000]);
        Environment = new Dictionary<string, string>
        {
            ["SNAPSHOTBOT_DATA"] = In("data"),
            ["SNAPSHOTBOT_REPOSITORY"] = Repository,
            ["SNAPSHOTBOT_REPOSITORY_PASSWORD_FILE"] = PasswordFile,
            ["DOCKER_HOST"] = $"unix://{In("no-engine.sock")}",
        };
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sb-bot-").FullName;

    public string Repository => In("repository");

    public string World => In("world");

    public string PasswordFile => In("password");

    public IReadOnlyDictionary<string, string> Environment { get; }

    public string In(string name) => Path.Combine(Folder, name);

    internal Task<ProgramRun> RunAsync(params IReadOnlyList<string> arguments) =>
        RealProgram.RunAsync(Environment, [.. arguments, "--json", "--progress", "none"]);

    /// <summary>A repository with a version of one's choice.</summary>
    public async Task MakeAsync(int version)
    {
        await using var repository = await new RepositoryOpener(TimeProvider.System).CreateAsync(Backend(), Password, CancellationToken.None);
        if (version != repository.Config.Version)
        {
            File.Delete(Path.Combine(Repository, "config"));
            await repository.Files.SaveJsonAsync(
                FileKind.Config, repository.Config with { Version = version }, FormatJson.Default.RepositoryConfig, CancellationToken.None);
        }
    }

    public Task<OpenRepository> OpenAsync() => new RepositoryOpener(TimeProvider.System).OpenAsync(Backend(), Password, CancellationToken.None);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private IBackend Backend() => RepositoryLocation.TryParse(Repository, Folder, out var location, out var problem)
        ? BackendFactory.Open(location, TimeProvider.System)
        : throw new InvalidOperationException(problem);
}
