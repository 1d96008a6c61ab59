using SnapshotBot.Writer;

// snapshotbot-writer count FOLDER                writes one number after the other into files of every kind, as fast as it can
// snapshotbot-writer count FOLDER OTHER          the same, and notes with every number how far another counter is
// snapshotbot-writer write FOLDER NUMBERS        so many of them, and closes everything
// snapshotbot-writer check FOLDER                says whether a copy of that folder is of one moment
// snapshotbot-writer cross FOLDER OTHER          says whether copies of two that noted each other are of the same moment
// snapshotbot-writer world FOLDER MEGABYTES      makes a game's world
// snapshotbot-writer play FOLDER                 plays on it: region files, a database at 60 transactions a second, logs; prints how many there were
// snapshotbot-writer tick FILE SECONDS           20 times a second: writes, flushes, and notes how late and how long it was
switch (args)
{
    case ["count", var folder, .. var others]:
        using (var counter = new Counter(folder))
        using (var seen = others is [var other] ? new Seen(folder, other) : null)
        {
            for (var number = counter.Next; ; number++)
            {
                counter.ObeyHold();
                counter.Write(number);
                seen?.Note();
            }
        }

    case ["cross", var folder, var other]:
        var fault = Seen.FaultOf(folder, other) ?? Seen.FaultOf(other, folder);
        Console.WriteLine(fault ?? "of the same moment");
        return fault is null ? 0 : 1;

    case ["write", var folder, var numbers]:
        using (var counter = new Counter(folder))
        {
            var last = counter.Next + int.Parse(numbers, System.Globalization.CultureInfo.InvariantCulture);
            for (var number = counter.Next; number < last; number++)
                counter.Write(number);
        }

        return 0;
    case ["check", var folder]:
        var moment = Moment.Of(folder);
        Console.WriteLine(moment.Fault ?? $"of one moment: {moment.Last}");
        return moment.Fault is null ? 0 : 1;
    case ["world", var folder, var megabytes]:
        World.Make(folder, int.Parse(megabytes, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case ["play", var folder]:
        World.Play(folder);
        return 0;
    case ["tick", var file, var seconds]:
        Tick.Run(file, TimeSpan.FromSeconds(int.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture)));
        return 0;
    default:
        Console.Error.WriteLine("count FOLDER [OTHER], write FOLDER NUMBERS, check FOLDER, cross FOLDER OTHER, world FOLDER MEGABYTES, play FOLDER, tick FILE SECONDS");
        return 2;
}
