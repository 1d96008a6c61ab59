using System.Text.Json.Nodes;

namespace SnapshotBot.Playground.State;

/// <summary>
/// All there is: guilds, people, posts, commands. Everything in it is read and changed while <see cref="Gate"/> is held; what is public
/// takes it by itself. Whoever looks on is told of each change, in order.
/// </summary>
public sealed class World
{
    private readonly Snowflakes _ids;
    private readonly List<Guild> _guilds = [];
    private readonly List<Person> _people = [];
    private readonly List<Action<Change>> _lookers = [];
    private TaskCompletionSource _pulse = NewPulse();

    internal World(TimeProvider time, string? token)
    {
        Time = time;
        _ids = new Snowflakes(time);
        Application = new BotApplication(NextId(), token);
    }

    public BotApplication Application { get; }

    public IReadOnlyList<Guild> Guilds => _guilds;

    public IReadOnlyList<Person> People => _people;

    internal TimeProvider Time { get; }

    internal DateTimeOffset Now => Time.GetUtcNow();

    internal Lock Gate { get; } = new();

    internal Dictionary<ulong, Exchange> Exchanges { get; } = [];

    internal Dictionary<string, Exchange> ByToken { get; } = new(StringComparer.Ordinal);

    /// <summary>Files that were uploaded, by the path they are served at.</summary>
    internal Dictionary<string, StoredFile> Files { get; } = new(StringComparer.Ordinal);

    public Person AddPerson(string name)
    {
        lock (Gate)
        {
            var person = new Person(NextId(), name);
            _people.Add(person);
            return person;
        }
    }

    /// <summary>A guild with one channel, which the bot is not yet in.</summary>
    public Guild AddGuild(string name, Person owner)
    {
        lock (Gate)
        {
            var guild = new Guild(this, NextId(), name, owner);
            _guilds.Add(guild);
            AddChannel(guild, "general");
            return guild;
        }
    }

    /// <summary>Somebody adds the bot to a guild.</summary>
    public void Invite(Guild guild)
    {
        lock (Gate)
        {
            guild.HasBot = true;
            guild.BotJoined = Now;
            guild.BotRole ??= AddRole(guild, Application.Name, Permissions.Bot);
            Tell(new Change.GuildJoined(guild));
        }
    }

    /// <summary>Somebody removes the bot from a guild.</summary>
    public void Kick(Guild guild)
    {
        lock (Gate)
        {
            guild.HasBot = false;
            Tell(new Change.GuildLeft(guild));
        }
    }

    /// <summary>Gives a member these roles and no others.</summary>
    public void SetRoles(Guild guild, Person person, params Role[] roles)
    {
        lock (Gate)
        {
            var list = guild.MemberList[person.Id].RoleList;
            list.Clear();
            list.AddRange(roles);
            Tell(new Change.MemberChanged(guild, guild.MemberList[person.Id]));
        }
    }

    public void DeleteRole(Guild guild, Role role)
    {
        lock (Gate)
        {
            guild.RoleList.Remove(role);
            Tell(new Change.RoleDeleted(guild, role));
        }
    }

    public void DeleteChannel(TextChannel channel)
    {
        lock (Gate)
        {
            channel.Guild.ChannelList.Remove(channel);
            channel.PostList.ForEach(post => post.IsDeleted = true);
            Tell(new Change.ChannelDeleted(channel));
        }
    }

    /// <summary>Somebody deletes a post, as a moderator may.</summary>
    public void Delete(Post post)
    {
        lock (Gate)
        {
            post.IsDeleted = true;
            post.Channel.PostList.Remove(post);
            Tell(new Change.PostDeleted(post));
        }
    }

    /// <summary>Somebody writes a line.</summary>
    public Post Say(Person person, TextChannel channel, string text)
    {
        lock (Gate)
        {
            var id = NextId();
            var post = new Post(id, channel, Shapes.Message(id, channel, Shapes.User(person), new JsonObject { ["content"] = text }, MessageFlags.None)) { Author = person };
            channel.PostList.Add(post);
            Tell(new Change.PostCreated(post));
            return post;
        }
    }

    /// <summary>Waits until something is so; looked at anew after every change, while nothing changes under one's eyes.</summary>
    /// <param name="look">What is awaited; null as long as it is not there. Runs under the gate: no waiting in it.</param>
    public async Task<T> WaitAsync<T>(Func<T?> look, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            Task next;
            lock (Gate)
            {
                if (look() is { } seen)
                {
                    return seen;
                }

                next = _pulse.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Looks at something while nothing changes under one's eyes.</summary>
    public T Look<T>(Func<T> look)
    {
        lock (Gate)
        {
            return look();
        }
    }

    /// <summary>What only one person saw is gone when they close Discord; a day of a busy guild would be kept for ever else.</summary>
    public void ForgetOwn(DateTimeOffset before)
    {
        lock (Gate)
        {
            foreach (var channel in _guilds.SelectMany(guild => guild.ChannelList))
            {
                channel.PostList.RemoveAll(post => post.OnlyFor is not null && Snowflakes.TimeOf(post.Id) < before);
            }
        }
    }

    internal TextChannel AddChannel(Guild guild, string name)
    {
        lock (Gate)
        {
            var channel = new TextChannel(guild, NextId(), name, guild.ChannelList.Count);
            guild.ChannelList.Add(channel);
            Tell(new Change.ChannelCreated(channel));
            return channel;
        }
    }

    internal Role AddRole(Guild guild, string name, Permissions permissions)
    {
        lock (Gate)
        {
            var role = new Role(NextId(), name, permissions);
            guild.RoleList.Add(role);
            Tell(new Change.RoleCreated(guild, role));
            return role;
        }
    }

    internal Member AddMember(Guild guild, Person person, IReadOnlyList<Role> roles)
    {
        lock (Gate)
        {
            var member = new Member(person, Now);
            member.RoleList.AddRange(roles);
            guild.MemberList[person.Id] = member;
            return member;
        }
    }

    internal ulong NextId() => _ids.Next();

    internal TextChannel? FindChannel(ulong id) => _guilds.SelectMany(guild => guild.ChannelList).FirstOrDefault(channel => channel.Id == id);

    internal Guild? FindGuild(ulong id) => _guilds.Find(guild => guild.Id == id);

    /// <summary>Calls somebody at every change, under the gate.</summary>
    internal void LookOn(Action<Change> looker)
    {
        lock (Gate)
        {
            _lookers.Add(looker);
        }
    }

    internal void LookAway(Action<Change> looker)
    {
        lock (Gate)
        {
            _lookers.Remove(looker);
        }
    }

    internal void Tell(Change change)
    {
        foreach (var looker in _lookers)
        {
            looker(change);
        }

        Pulse();
    }

    /// <summary>Wakes who waits, where nothing others can see has changed.</summary>
    internal void Pulse()
    {
        var pulse = _pulse;
        _pulse = NewPulse();
        pulse.SetResult();
    }

    private static TaskCompletionSource NewPulse() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A file somebody uploaded.</summary>
internal sealed record StoredFile(string Name, string ContentType, byte[] Content);
