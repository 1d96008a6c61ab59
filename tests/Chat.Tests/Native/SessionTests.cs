using System.Text.Json;
using Shouldly;
using SnapshotBot.Chat.Native.Gateway;
using SnapshotBot.Chat.Native.Json;
using Xunit;

namespace SnapshotBot.Chat.Tests.Native;

public sealed class SessionTests
{
    private readonly Session _session = new();

    [Fact]
    public void OnFrame_HelloWithoutSession_BeatsAndIdentifies() =>
        On("""{"op":10,"d":{"heartbeat_interval":41250}}""").ShouldBe([new Step.BeatEvery(TimeSpan.FromMilliseconds(41_250)), new Step.Identify()]);

    [Fact]
    public void OnFrame_HelloWithSession_Resumes()
    {
        Ready();
        On("""{"op":0,"s":7,"t":"OTHER","d":{}}""");

        On("""{"op":10,"d":{"heartbeat_interval":41250}}""")[1].ShouldBe(new Step.Resume("abc", 7));
        _session.ResumeAddress.ShouldBe(new Uri("wss://resume.example"));
    }

    [Fact]
    public void OnFrame_Ready_IsANewSession() => Ready()[0].ShouldBe(new Step.Alive(IsNew: true));

    [Fact]
    public void OnFrame_EventToldTwice_IsHandledOnce()
    {
        Ready();
        On("""{"op":0,"s":2,"t":"INTERACTION_CREATE","d":{}}""").Count.ShouldBe(1);

        On("""{"op":0,"s":2,"t":"INTERACTION_CREATE","d":{}}""").ShouldBeEmpty();
        On("""{"op":0,"s":3,"t":"RESUMED","d":{}}""").ShouldBe([new Step.Alive(IsNew: false)]);
    }

    [Fact]
    public void OnFrame_ReadyOfANewSession_StartsItsOwnSequence()
    {
        Ready();
        On("""{"op":0,"s":900,"t":"OTHER","d":{}}""");
        On("""{"op":9,"d":false}""");

        Ready()[0].ShouldBe(new Step.Alive(IsNew: true));
        _session.Sequence.ShouldBe(1);
    }

    [Fact]
    public void OnFrame_AskedForABeat_Beats()
    {
        Ready();

        On("""{"op":1,"d":null}""").ShouldBe([new Step.Beat(1)]);
    }

    [Fact]
    public void OnFrame_Op7_LeavesToResume()
    {
        Ready();

        On("""{"op":7,"d":null}""").ShouldBe([new Step.Leave(4000, Comeback.Resume)]);
        _session.CanResume.ShouldBeTrue();
    }

    [Theory]
    [InlineData("true", Comeback.Resume, true)]
    [InlineData("false", Comeback.AnewAfterPause, false)]
    public void OnFrame_Op9_KeepsTheSessionOnlyWhereItMay(string data, object how, bool keeps)
    {
        Ready();

        On($$"""{"op":9,"d":{{data}}}""")[0].ShouldBeOfType<Step.Leave>().How.ShouldBe((Comeback)how);
        _session.CanResume.ShouldBe(keeps);
    }

    [Fact]
    public void OnBeatDue_WithoutAnswerToTheLast_LeavesWith4000ToResume()
    {
        Ready();
        _session.OnBeatDue().ShouldBe(new Step.Beat(1));

        _session.OnBeatDue().ShouldBe(new Step.Leave(4000, Comeback.Resume));
    }

    [Fact]
    public void OnBeatDue_Answered_Beats()
    {
        Ready();
        _session.OnBeatDue();
        On("""{"op":11,"d":null}""");

        _session.OnBeatDue().ShouldBe(new Step.Beat(1));
    }

    [Theory]
    [InlineData(null, Comeback.Resume)]
    [InlineData(1001, Comeback.Resume)]
    [InlineData(1006, Comeback.Resume)]
    [InlineData(4000, Comeback.Resume)]
    [InlineData(4001, Comeback.Resume)]
    [InlineData(4002, Comeback.Resume)]
    [InlineData(4003, Comeback.Anew)]
    [InlineData(4005, Comeback.Resume)]
    [InlineData(4007, Comeback.Anew)]
    [InlineData(4008, Comeback.Resume)]
    [InlineData(4009, Comeback.Anew)]
    [InlineData(4004, Comeback.Never)]
    [InlineData(4010, Comeback.Never)]
    [InlineData(4011, Comeback.Never)]
    [InlineData(4012, Comeback.Never)]
    [InlineData(4013, Comeback.Never)]
    [InlineData(4014, Comeback.Never)]
    public void OnClosed_EachCode_ComesBackAsItMay(int? code, object how)
    {
        Ready();

        _session.OnClosed(code).ShouldBe((Comeback)how);
        _session.CanResume.ShouldBe((Comeback)how == Comeback.Resume);
    }

    [Theory]
    [InlineData(4004, ChatStop.BadToken)]
    [InlineData(4010, ChatStop.BadShard)]
    [InlineData(4011, ChatStop.BadShard)]
    [InlineData(4012, ChatStop.OldVersion)]
    [InlineData(4013, ChatStop.BadIntents)]
    [InlineData(4014, ChatStop.ForbiddenIntents)]
    public void StopOf_EachFatalCode_SaysWhy(int code, ChatStop reason) => Session.StopOf(code).ShouldBe(reason);

    private IReadOnlyList<Step> Ready() =>
        On("""{"op":0,"s":1,"t":"READY","d":{"session_id":"abc","resume_gateway_url":"wss://resume.example","user":{"id":"1"},"application":{"id":"2"},"guilds":[]}}""");

    private IReadOnlyList<Step> On(string frame) => _session.OnFrame(JsonSerializer.Deserialize(frame, WireJson.Default.Frame)!);
}
