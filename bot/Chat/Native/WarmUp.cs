using System.Text;
using System.Text.Json;
using SnapshotBot.Chat.Messages;
using SnapshotBot.Chat.Modals;
using SnapshotBot.Chat.Native.Gateway;
using SnapshotBot.Chat.Native.Json;
using SnapshotBot.Chat.SlashCommands;

namespace SnapshotBot.Chat.Native;

/// <summary>Reads and writes one of everything, so that it is compiled before it is needed.</summary>
internal static class WarmUp
{
    private const string Event =
        """
        {"op":0,"s":1,"t":"INTERACTION_CREATE","d":{"id":"1","type":2,"token":"t","guild_id":"2","channel_id":"3","locale":"de","app_permissions":"0",
        "member":{"user":{"id":"4","username":"n"},"roles":["5"],"permissions":"8"},"data":{"name":"a","options":[{"name":"b","type":1,"options":
        [{"name":"c","type":3,"value":"d"}]}]}}}
        """;

    public static void Run()
    {
        var session = new Session();
        var steps = session.OnFrame(JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(Event), WireJson.Default.Frame)!);
        if (steps is [Step.Handle handle])
        {
            _ = Reading.Interaction(handle.Data.Deserialize(WireJson.Default.WireInteraction)!, owner: null, DateTimeOffset.UnixEpoch);
        }

        var button = Button.Primary("a", "a");
        var message = Message.Of(
            new Container(0, new TextDisplay("a"), new Section("a", button), new Separator(), new ActionRow(new StringSelect("b", [new SelectOption("a", "a")]))));
        _ = Bodies.Reply(message, Audience.Asker);
        _ = Bodies.Edit(message);
        _ = Bodies.Later(Audience.Asker);
        _ = Bodies.LaterUpdate();
        _ = Bodies.Suggest([new Choice("a", "a")]);
        _ = Bodies.Open(new Modal("a", "a", new ModalField("a", new TextInput("a")), new ModalField("b", new Checkbox("b"))));
    }
}
