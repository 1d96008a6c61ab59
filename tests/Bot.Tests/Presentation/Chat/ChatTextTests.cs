using Shouldly;
using SnapshotBot.Bot.Presentation.Chat;
using Xunit;

namespace SnapshotBot.Bot.Tests.Presentation.Chat;

public sealed class ChatTextTests
{
    [Theory]
    [InlineData("@everyone", "＠everyone")]
    [InlineData("<@&1>", "\\<＠&1\\>")]
    [InlineData("**bold** _x_ `c` ~~s~~ ||p||", "\\*\\*bold\\*\\* \\_x\\_ \\`c\\` \\~\\~s\\~\\~ \\|\\|p\\|\\|")]
    [InlineData("# head", "\\# head")]
    [InlineData("- item", "\\- item")]
    [InlineData("[text](https://evil.example)", "\\[text\\]\\(https\\://evil.example\\)")]
    [InlineData("a\u202egnp.exe", "agnp.exe")]
    [InlineData("in\u200bvisible\u2060", "invisible")]
    [InlineData("two\nlines", "two lines")]
    [InlineData("\u3164", "")]
    [InlineData("castle 🏰", "castle 🏰")]
    public void Name_WhatOthersChose_IsTextAndNothingMore(string name, string shown) => ChatText.Name(name).ShouldBe(shown);

    [Fact]
    public void Name_Long_IsCutBetweenCharacters()
    {
        var cut = ChatText.Name(string.Concat(Enumerable.Repeat("👨‍👩‍👧", 60)));

        cut.ShouldEndWith("…");
        cut.Length.ShouldBeLessThan(60);
        cut.ShouldNotContain("\ufffd");
    }

    [Theory]
    [InlineData("1234", "<@1234>")]
    [InlineData("terminal:anna", "anna at the terminal")]
    [InlineData("<@&1>", "\\<＠&1\\>")]
    public void Person_Requester_IsNeverARawName(string requester, string shown) => ChatText.Person(requester).ShouldBe(shown);

    [Theory]
    [InlineData("run:restore:6924f2a0", true)]
    [InlineData("pan:sna:s-1:0:u", true)]
    [InlineData("", false)]
    [InlineData(":x", false)]
    [InlineData("open:", false)]
    [InlineData("open:a:b", false)]
    [InlineData("new:", true)]
    [InlineData("run:restore:6924f2a0:", true)]
    [InlineData("yes:'; drop table", false)]
    public void Parse_CustomId_TakesOnlyWhatItCouldHaveMade(string text, bool known) => (CustomId.Parse(text) is not null).ShouldBe(known);
}
