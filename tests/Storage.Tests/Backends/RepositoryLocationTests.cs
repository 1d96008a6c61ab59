using Shouldly;
using SnapshotBot.Storage.Backends;
using Xunit;

namespace SnapshotBot.Storage.Tests.Backends;

public sealed class RepositoryLocationTests
{
    [Theory]
    [InlineData("/var/repository", "/var/repository")]
    [InlineData("/var/repository/", "/var/repository")]
    [InlineData("repository", "/home/a/repository")]
    [InlineData("../b/./c", "/home/b/c")]
    [InlineData("local:/x", "/x")]
    [InlineData("/", "/")]
    [InlineData("/with space/ünd:colon", "/with space/ünd:colon")]
    [InlineData("./s3:really", "/home/a/s3:really")]
    public void TryParse_Folder_IsAbsolute(string text, string expected) =>
        Parse(text).ShouldBe(new RepositoryLocation.Local(expected));

    [Theory]
    [InlineData("rest:http://host:8000/path", "http://host:8000/path/", "rest:http://host:8000/path/")]
    [InlineData("rest:https://host/", "https://host/", "rest:https://host/")]
    [InlineData("rest:http://me:pa%3Ass%40@host/p/", "http://host/p/", "rest:http://me:***@host/p/")]
    [InlineData("rest:http://me@host", "http://host/", "rest:http://me:***@host/")]
    public void TryParse_Rest_KeepsThePasswordOutOfTheText(string text, string address, string shown)
    {
        var location = Parse(text).ShouldBeOfType<RepositoryLocation.Rest>();

        location.Address.ShouldBe(new Uri(address));
        location.ToString().ShouldBe(shown);
    }

    [Fact]
    public void TryParse_RestWithEscapes_ReadsUserAndPassword() =>
        ((RepositoryLocation.Rest)Parse("rest:http://m%20e:pa%3Ass%40:x@host/p/")).Credentials.ShouldBe(new RestCredentials("m e", "pa:ss@:x"));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("local:")]
    [InlineData("rest:host/path")]
    [InlineData("rest:ftp://host/")]
    [InlineData("rest:http://me:secret@host/?x")]
    [InlineData("rest:http://me:secret@host/#x")]
    [InlineData("s3:bucket")]
    [InlineData("sftp:me:secret@host:/x")]
    [InlineData("a\0b")]
    public void TryParse_Unusable_SaysWhatIsWrongWithoutThePassword(string text)
    {
        RepositoryLocation.TryParse(text, "/home/a", out _, out var problem).ShouldBeFalse();

        problem.ShouldNotBeNullOrEmpty();
        problem.ShouldNotContain("secret");
    }

    private static RepositoryLocation Parse(string text)
    {
        RepositoryLocation.TryParse(text, "/home/a", out var location, out var problem).ShouldBeTrue(problem);
        return location!;
    }
}
