// The runtime looks for it by this name, in no namespace: DOTNET_STARTUP_HOOKS names this assembly to the program, and the program runs it first.
#pragma warning disable CA1050, MA0047

/// <summary>Makes the real program end of an exception that nobody catches and that holds every secret there is, once a test makes a file.</summary>
internal static class StartupHook
{
    /// <summary>The variable that names the file.</summary>
    public const string Variable = "SNAPSHOTBOT_TEST_CRASH_WHEN";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } file)
        {
            new Thread(() => CrashWhen(file)) { IsBackground = true }.Start();
        }
    }

    private static void CrashWhen(string file)
    {
        while (!File.Exists(file))
        {
            // Another process makes it.
            Thread.Sleep(10);
        }

        var secrets = string.Join(' ', Environment.GetEnvironmentVariable("DISCORD_TOKEN"), Environment.GetEnvironmentVariable("SNAPSHOTBOT_REPOSITORY_PASSWORD"));
        throw new InvalidOperationException("Nobody catches this: " + secrets, new IOException("within: " + secrets));
    }
}
