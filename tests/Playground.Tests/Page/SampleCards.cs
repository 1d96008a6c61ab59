using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.Tests.Page;

/// <summary>Messages with every component on them, shaped like the bot's own.</summary>
internal static class SampleCards
{
    public const string Commands = """
        [
          {"name":"panel","description":"Posts the panel"},
          {"name":"server","description":"Servers","options":[{"type":1,"name":"list","description":"Lists them"}]},
          {"name":"snapshot","description":"Snapshots","options":[
            {"type":1,"name":"create","description":"Takes a snapshot now","options":[
              {"type":3,"name":"server","description":"Which game server","required":true,"autocomplete":true},
              {"type":3,"name":"name","description":"What to call it"},
              {"type":5,"name":"lock","description":"Keep it from deletion"},
              {"type":3,"name":"note","description":"A line about it"}]},
            {"type":1,"name":"list","description":"Lists the snapshots of a server"},
            {"type":1,"name":"restore","description":"Puts a server back to a snapshot"}]}
        ]
        """;

    public static string Panel => $$$"""
        {"flags":32768,"components":[{"type":17,"accent_color":5793266,"components":[
          {"type":1,"components":[
            {"type":2,"style":2,"label":"Snapshots","custom_id":"tab1","disabled":true,"emoji":{"name":"📸"}},
            {"type":2,"style":2,"label":"Schedules","custom_id":"tab2","emoji":{"name":"🗓"}},
            {"type":2,"style":2,"label":"Storage","custom_id":"tab3","emoji":{"name":"💾"}}]},
          {"type":10,"content":"## 🟢 modpack\nLast snapshot <t:{{{Hours(-3)}}}:R> · next <t:{{{Hours(3)}}}:R>\n23 kept, 3 locked · 41 GB · 2nd copy <t:{{{Hours(-5)}}}:R>"},
          {"type":1,"components":[{"type":2,"style":1,"label":"Create snapshot","custom_id":"create"},{"type":2,"style":2,"label":"Silent","custom_id":"silent"}]},
          {"type":14},
          {"type":9,"components":[{"type":10,"content":"**before-update** 🔒\n<t:{{{Hours(-3)}}}:R> · 12 online · +41 MB\n-# froze 0.14 s · quiesced · <@1>"}],"accessory":{"type":2,"style":2,"label":"Open","custom_id":"open1"}},
          {"type":9,"components":[{"type":10,"content":"**nightly 24 Nov** 🧪\n<t:{{{Hours(-14)}}}:R> · nobody online · +1.2 MB\n-# froze 0.09 s · quiesced"}],"accessory":{"type":2,"style":2,"label":"Open","custom_id":"open2"}},
          {"type":14,"spacing":2},
          {"type":1,"components":[{"type":3,"custom_id":"more","placeholder":"More…","options":[{"label":"Rename","value":"rename"},{"label":"Verify","value":"verify","description":"Reads every byte again"}]}]},
          {"type":10,"content":"-# Safety copies hidden. Filter shows them."}]}]}
        """;

    public static string Modal => """
        {"type":9,"data":{"custom_id":"form","title":"Create snapshot","components":[
          {"type":18,"label":"Name","component":{"type":4,"custom_id":"name","style":1,"placeholder":"before-update","max_length":200}},
          {"type":18,"label":"Lock against accidental deletion","component":{"type":23,"custom_id":"lock"}},
          {"type":18,"label":"Note","description":"A line that helps to choose it later","component":{"type":4,"custom_id":"note","style":2,"required":false}}]}}
        """;

    public static string Saved(string name) => new JsonObject
    {
        ["type"] = 4,
        ["data"] = new JsonObject
        {
            ["flags"] = 32768,
            ["components"] = new JsonArray(new JsonObject
            {
                ["type"] = 17,
                ["accent_color"] = 0x57F287,
                ["components"] = new JsonArray(
                    new JsonObject { ["type"] = 10, ["content"] = $"✅ Saved {name} · modpack\nfroze 0.14 s · +41 MB of 21.4 GB · 1 min 52 s · 12 online" },
                    new JsonObject
                    {
                        ["type"] = 1,
                        ["components"] = new JsonArray(Button("Lock"), Button("Restore…"), Button("Compare…"), Button("Details")),
                    }),
            }),
        },
    }.ToJsonString();

    private static JsonObject Button(string label) => new() { ["type"] = 2, ["style"] = 2, ["label"] = label, ["custom_id"] = label };

    private static long Hours(int hours) => DateTimeOffset.UtcNow.AddHours(hours).ToUnixTimeSeconds();
}
