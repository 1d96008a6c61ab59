namespace SnapshotBot.Service;

/// <summary>What the service is told from outside: the command line and the environment.</summary>
public sealed record ServiceOptions
{
    public required string DataFolder { get; init; }

    /// <summary>A folder or <c>rest:http://...</c>; null for the folder <c>repository</c> in the data folder.</summary>
    public string? Repository { get; init; }

    /// <summary>The repository's password when the environment gives it; null reads or makes the data folder's.</summary>
    public RepositoryPassword? Password { get; init; }

    /// <summary>Where the engine's host file system is mounted when this runs in a container (<c>/host</c>); else empty.</summary>
    public string HostRoot { get; init; } = "";

    /// <summary>
    /// Whether containers are frozen by the engine's pause, not by the kernel's own switch. So it is in a container: the thawer ends with that
    /// container, and who then looks for what stands still finds it called paused, and can unpause it.
    /// </summary>
    public bool PausesThroughEngine { get; init; }

    /// <summary>How long a server may be frozen at most where no setting says it; what would take longer is read while it runs.</summary>
    public TimeSpan FreezeBudget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a game may take to stop before it is killed.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a started container has to run at least before it counts as up.</summary>
    public TimeSpan HealthTime { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a game that nobody can ask is watched before it counts as up; null for what its profile says.</summary>
    public TimeSpan? GameBootTime { get; init; }

    /// <summary>How long a container's own health check may take to say healthy.</summary>
    public TimeSpan HealthCheckTime { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How long taking back waits for an engine that is away; healing tries again later.</summary>
    public TimeSpan EngineAwayTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a pause that the engine did not answer is watched for, should it take effect after all.</summary>
    public TimeSpan LatePauseTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a game that answered before a restore may take to answer again after it.</summary>
    public TimeSpan GameReadyTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long players are given before a server stops under them where no setting says it.</summary>
    public TimeSpan Countdown { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long a restore can be undone where no setting says it: until then its safety snapshot is kept.</summary>
    public TimeSpan UndoTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a clone of a snapshot may take until its game answers.</summary>
    public TimeSpan BootTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Told at once of what a person should see; called on any thread.</summary>
    public Action<ServiceNotice> Notice { get; init; } = _ => { };

    /// <summary>Reads a variable of the environment: how the engine is found.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;
}
