namespace SnapshotBot.Testing.Engines;

/// <summary>Real programs that <c>./test.sh</c> gets for the tests and names in the environment.</summary>
public static class TestTool
{
    /// <summary>Debian 12's restic, 0.14.</summary>
    public static string ResticOld => Require("SNAPSHOTBOT_TEST_RESTIC_OLD");

    /// <summary>The next release's restic, 0.18.</summary>
    public static string ResticNew => Require("SNAPSHOTBOT_TEST_RESTIC_NEW");

    public static string Rclone => Require("SNAPSHOTBOT_TEST_RCLONE");

    public static string Strace => Require("SNAPSHOTBOT_TEST_STRACE");

    /// <summary>A busybox without libraries: the only program in the images of tests.</summary>
    public static string Busybox => Require("SNAPSHOTBOT_TEST_BUSYBOX");

    /// <summary>The program itself: the one <c>SNAPSHOTBOT_TEST_PROGRAM</c> names, which is compiled ahead and starts several times as fast, else the one
    /// that was built beside the tests.</summary>
    public static string Program(string built) => Environment.GetEnvironmentVariable("SNAPSHOTBOT_TEST_PROGRAM") is { Length: > 0 } given ? given : built;

    /// <summary>The variable's value; without it the test fails, for a test that is left out proves nothing.</summary>
    public static string Require(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{variable} is not set. Run the tests with ./test.sh: it gets and starts what they need.");
}
