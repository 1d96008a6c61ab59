namespace SnapshotBot.Playground.State;

/// <summary>A Discord server ("guild") with its roles, channels and members.</summary>
public sealed class Guild
{
    private readonly World _world;

    internal Guild(World world, ulong id, string name, Person owner)
    {
        _world = world;
        Id = id;
        Name = name;
        Owner = owner;
        Everyone = new Role(id, "@everyone", Permissions.Everyone);
        RoleList = [Everyone];
        MemberList[owner.Id] = new Member(owner, world.Now);
    }

    public ulong Id { get; }

    public string Name { get; }

    public Person Owner { get; }

    /// <summary>The language the guild's settings name.</summary>
    public string Locale { get; init; } = "en-US";

    /// <summary>The role that everybody has; its id is the guild's.</summary>
    public Role Everyone { get; }

    public IReadOnlyList<Role> Roles => RoleList;

    public IReadOnlyList<TextChannel> Channels => ChannelList;

    public IReadOnlyCollection<Member> Members => MemberList.Values;

    /// <summary>Whether the bot is in it.</summary>
    public bool HasBot { get; internal set; }

    internal List<Role> RoleList { get; }

    internal List<TextChannel> ChannelList { get; } = [];

    internal Dictionary<ulong, Member> MemberList { get; } = [];

    internal DateTimeOffset BotJoined { get; set; }

    /// <summary>The role Discord makes for a bot when it is invited, with what it asked for.</summary>
    internal Role? BotRole { get; set; }

    /// <exception cref="PeopleException">There is none of that name.</exception>
    public TextChannel Channel(string name) =>
        ChannelList.Find(channel => channel.Name == name) ?? throw new PeopleException($"The guild {Name} has no channel #{name}.");

    /// <exception cref="PeopleException">There is none of that name.</exception>
    public Role Role(string name) =>
        RoleList.Find(role => role.Name == name) ?? throw new PeopleException($"The guild {Name} has no role {name}.");

    /// <exception cref="PeopleException">Nobody of that name is in it.</exception>
    public Person Person(string name) =>
        MemberList.Values.FirstOrDefault(member => member.Person.Name == name)?.Person
        ?? throw new PeopleException($"Nobody called {name} is in the guild {Name}.");

    public TextChannel AddChannel(string name) => _world.AddChannel(this, name);

    public Role AddRole(string name, Permissions permissions) => _world.AddRole(this, name, permissions);

    public Member AddMember(Person person, params Role[] roles) => _world.AddMember(this, person, roles);

    internal Permissions PermissionsOf(Person person)
    {
        if (person == Owner)
        {
            return Permissions.All;
        }

        if (!MemberList.TryGetValue(person.Id, out var member))
        {
            return Permissions.None;
        }

        var all = member.Roles.Where(RoleList.Contains).Aggregate(Everyone.Permissions, (sum, role) => sum | role.Permissions);
        return all.HasFlag(Permissions.Administrator) ? Permissions.All : all;
    }
}

/// <summary>A role of a guild.</summary>
public sealed class Role
{
    internal Role(ulong id, string name, Permissions permissions)
    {
        Id = id;
        Name = name;
        Permissions = permissions;
    }

    public ulong Id { get; }

    public string Name { get; }

    public Permissions Permissions { get; }
}

/// <summary>Somebody's place in a guild.</summary>
public sealed class Member
{
    internal Member(Person person, DateTimeOffset joined)
    {
        Person = person;
        Joined = joined;
    }

    public Person Person { get; }

    public DateTimeOffset Joined { get; }

    public IReadOnlyList<Role> Roles => RoleList;

    internal List<Role> RoleList { get; } = [];
}

/// <summary>Somebody with an account.</summary>
public sealed class Person
{
    internal Person(ulong id, string name)
    {
        Id = id;
        Name = name;
    }

    public ulong Id { get; }

    public string Name { get; }

    /// <summary>The language of this person's client.</summary>
    public string Locale { get; init; } = "en-US";
}
