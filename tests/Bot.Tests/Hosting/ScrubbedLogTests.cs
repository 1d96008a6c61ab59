using Microsoft.Extensions.Logging;
using Shouldly;
using SnapshotBot.Bot.Hosting;
using Xunit;

namespace SnapshotBot.Bot.Tests.Hosting;

public sealed class ScrubbedLogTests
{
    private const string Token = "MTIzNDU2Nzg5.GhIjKl.abcdefghijklmnopqrstuvwxyz";

    [Fact]
    public void Log_SecretsInMessageAndException_AreCutOut()
    {
        var output = new StringWriter();
        using var log = new ScrubbedLog(output, [Token, "pass word"], TimeProvider.System);

        log.CreateLogger("SnapshotBot.Chat").LogError(new InvalidOperationException($"login with {Token} failed"), "POST /webhooks/12/aW50ZXJhY3Rpb246MTIzNDU2Nzg5 said pass word");

        output.ToString().ShouldNotContain(Token);
        output.ToString().ShouldNotContain("pass word");
        output.ToString().ShouldNotContain("aW50ZXJhY3Rpb246");
        output.ToString().ShouldContain("\"level\":\"error\"");
        output.ToString().ShouldContain("[secret]");
    }

    [Theory]
    [InlineData("000001ffffffffff", 0)]
    [InlineData("0000000000000000", 8)]
    [InlineData("000000008820001f", 0)]
    [InlineData("000000008820001d", 1)]
    [InlineData("000000008800001d", 2)]
    public void MissingOf_Mask_NamesWhatIsNotThere(string mask, int missing) => Capabilities.MissingOf(mask).Count.ShouldBe(missing);
}
