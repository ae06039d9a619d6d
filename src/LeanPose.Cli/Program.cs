return await LeanPose.Cli.CommandTree.Run(args);
