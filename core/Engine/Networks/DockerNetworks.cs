using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using SnapshotBot.Engine.Transport;

namespace SnapshotBot.Engine;

internal sealed class DockerNetworks(EngineChannel channel) : INetworks
{
    public async Task<IReadOnlyList<NetworkDetails>> ListAsync(CancellationToken cancellationToken)
    {
        var subject = new CallSubject("list its networks", EngineNoun.Network, string.Empty);
        var json = await channel.GetAsync("/networks", subject, cancellationToken);
        return Answer.Read(json, subject, root => root.EnumerateArray().Select(Read).ToList());
    }

    public async Task<NetworkDetails?> FindAsync(string nameOrId, CancellationToken cancellationToken)
    {
        var all = await ListAsync(cancellationToken);
        return all.FirstOrDefault(network => network.Name == nameOrId) ?? all.FirstOrDefault(network => network.Id.Value == nameOrId);
    }

    public async Task<NetworkDetails> InspectAsync(NetworkId id, CancellationToken cancellationToken)
    {
        var subject = Subject("describe network", id);
        var json = await channel.GetAsync($"/networks/{id.Value}", subject, cancellationToken);
        return Answer.Read(json, subject, Read);
    }

    public async Task<NetworkId> CreateAsync(NetworkDefinition definition, CancellationToken cancellationToken)
    {
        var subject = new CallSubject($"make network {PrintableText.Of(definition.Name)}", EngineNoun.Network, definition.Name);
        var json = await channel.PostAsync("/networks/create", definition.ToCreateBody(), subject, cancellationToken);
        return Answer.Read(json, subject, root => NetworkId.Parse(root.Text("Id")));
    }

    public Task ConnectAsync(NetworkId id, ContainerId container, NetworkAttachment attachment, CancellationToken cancellationToken)
    {
        var addresses = new JsonObject();
        if (attachment.FixedIPv4 is { } four)
        {
            addresses["IPv4Address"] = four;
        }

        if (attachment.FixedIPv6 is { } six)
        {
            addresses["IPv6Address"] = six;
        }

        var endpoint = new JsonObject { ["Aliases"] = DefinitionJson.ToArray(attachment.Aliases) };
        if (addresses.Count > 0)
        {
            endpoint["IPAMConfig"] = addresses;
        }

        return channel.PostAsync(
            $"/networks/{id.Value}/connect",
            new JsonObject { ["Container"] = container.Value, ["EndpointConfig"] = endpoint },
            Subject("join a container to network", id),
            cancellationToken);
    }

    public Task DisconnectAsync(NetworkId id, ContainerId container, CancellationToken cancellationToken) => channel.RunAsync(
        Subject("part a container from network", id),
        token => channel.Client.Networks.DisconnectNetworkAsync(
            id.Value, new NetworkDisconnectParameters { Container = container.Value, Force = true }, token),
        cancellationToken);

    public async Task RemoveAsync(NetworkId id, CancellationToken cancellationToken)
    {
        var subject = Subject("remove network", id);
        try
        {
            await channel.RunAsync(subject, token => channel.Client.Networks.DeleteNetworkAsync(id.Value, token), cancellationToken);
        }
        catch (EngineRefusedException refused) when (refused.Status == 403)
        {
            // Of networks alone the engine says "forbidden" when something still uses one.
            throw channel.Errors.FromAnswer(409, refused.EngineMessage, subject, refused);
        }
    }

    private static CallSubject Subject(string doing, NetworkId id) => new($"{doing} {id.Value[..12]}", EngineNoun.Network, id.Value[..12]);

    private static NetworkDetails Read(JsonElement root) => new()
    {
        Id = NetworkId.Parse(root.Text("Id")),
        Name = root.Text("Name"),
        Driver = root.Text("Driver"),
        Scope = root.Text("Scope"),
        Options = root.TextMap("Options"),
        Labels = root.TextMap("Labels"),
        Definition = NetworkDefinition.Parse(System.Text.Encoding.UTF8.GetBytes(root.GetRawText())),
    };
}
