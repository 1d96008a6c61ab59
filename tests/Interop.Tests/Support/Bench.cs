namespace SnapshotBot.Interop.Tests.Support;

/// <summary>A folder of one test with a world, a repository and a password, gone afterwards.</summary>
public abstract class Bench : IDisposable
{
    private const string Password = "correct horse";

    protected Bench()
    {
        Folder = Directory.CreateTempSubdirectory("snapshotbot-interop-").FullName;
        File.WriteAllText(PasswordFile, Password + "\n");
        Ours = new Ours(Repository, Password);
    }

    protected string Folder { get; }

    protected string Repository => Path.Combine(Folder, "repository");

    protected string WorldFolder => Path.Combine(Folder, "world");

    protected string PasswordFile => Path.Combine(Folder, "password");

    protected Ours Ours { get; }

    protected Terminal Terminal => new(Repository, PasswordFile, Path.Combine(Folder, "data"));

    public void Dispose()
    {
        // Not Directory.Delete: it has no way to name what is not UTF-8.
        using var removal = Tool.Start("rm", ["-rf", "--", Folder], new Dictionary<string, string>());
        removal.WaitForExit();
        GC.SuppressFinalize(this);
    }

    protected Restic Restic(ResticVersion version) => new(version, Repository, PasswordFile);

    protected string Fresh(string name) => Path.Combine(Folder, $"{name}-{Guid.NewGuid():N}");
}
