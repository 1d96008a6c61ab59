using System.Globalization;
using Shouldly;
using SnapshotBot.Bot.Tests.Support;
using Xunit;

namespace SnapshotBot.Bot.Tests.Program;

/// <summary>A snapshot is taken beside a game: its process has a low priority, wherever its options stand; every other has its usual one.</summary>
public sealed class CourtesyTests
{
    private const int Low = 10;

    [Theory]
    [InlineData(true, "snapshot create nobody --data {0}")]
    [InlineData(true, "--data {0} --json snapshot create nobody")]
    [InlineData(false, "snapshot list --data {0}")]
    public async Task Program_ByItsCommand_GivesWayOrDoesNot(bool givesWay, string line)
    {
        var usual = NiceOf("self") ?? 0;
        Assert.SkipUnless(Environment.IsPrivilegedProcess && usual < Low, "Only root can raise again what was lowered, and nothing else is lowered.");
        var data = Directory.CreateTempSubdirectory("sb-courtesy-").FullName;
        try
        {
            using var process = RealProgram.StartLasting(new Dictionary<string, string>(), string.Format(CultureInfo.InvariantCulture, line, data).Split(' '));
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var highest = usual;
            while (!process.HasExited)
            {
                highest = Math.Max(highest, NiceOf(process.Id.ToString(CultureInfo.InvariantCulture)) ?? usual);
                await Task.Delay(5, TestContext.Current.CancellationToken); // Nobody tells of a priority: it is looked at.
            }

            await output;
            highest.ShouldBe(givesWay ? Low : usual);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>The nice value of a process's first thread (proc_pid_stat(5)); null when it has ended.</summary>
    private static int? NiceOf(string process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(text[(text.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
