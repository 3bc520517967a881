// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	controllerpolicy "github.com/ecsiam/ecs-iam-controller/config/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/policy"
	"github.com/ecsiam/ecs-iam-controller/internal/preflight"
)

// preflightCommand is the argument that has the manager look before the start instead of starting.
const preflightCommand = "preflight"

// preflightOptions are the flags of preflight.
type preflightOptions struct {
	preflight.Options

	output     string
	timeout    time.Duration
	assumeRole string
	externalID string
}

func parsePreflight(args []string) (preflightOptions, error) {
	var o preflightOptions
	flags := pflag.NewFlagSet(preflightCommand, pflag.ContinueOnError)
	flags.StringVar(&o.ClusterID, "cluster-id", "preflight",
		"the controller's --cluster-id, by which a confined policy knows what is its own")
	flags.StringVar(&o.Namespace, "namespace", "default", "namespace whose roles are asked about")
	flags.StringVar(&o.Path, "path", "/ecs/", "path of the roles that are asked about")
	flags.StringVar(&o.Boundary, "boundary", "",
		"ARN of the permissions boundary that guardrails.permissionsBoundary of the AWSAccount forces")
	flags.StringSliceVar(&o.Optional, "optional", nil,
		"statement or action of config/iam/controller-policy.json that is left out on purpose, such as InstanceProfiles; "+
			"may be repeated")
	flags.StringVar(&o.assumeRole, "assume-role", "",
		"ARN of a role to assume first, as spec.assumeRole.roleARN of an AWSAccount, and to check in its account")
	flags.StringVar(&o.externalID, "external-id", "", "external id for --assume-role")
	flags.BoolVar(&o.ShowAccount, "show-account", false, "show account ids in full, and not their last four digits only")
	flags.StringVarP(&o.output, "output", "o", "text", "format of the report: text or json")
	flags.DurationVar(&o.timeout, "timeout", 60*time.Second, "how long all checks may take")
	if err := flags.Parse(args); err != nil {
		return o, err //nolint:wrapcheck // names the flag itself
	}
	err := o.check(flags.Args())
	return o, err
}

// check refuses what would be misread, all of it at once.
func (o *preflightOptions) check(more []string) error {
	var problems []error
	refuse := func(wrong bool, format string, args ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	refuse(len(more) > 0, "preflight takes flags only, and not %q", strings.Join(more, " "))
	refuse(o.output != "text" && o.output != "json", "--output=%s is no format: write text or json", o.output)
	refuse(!clusterIDPattern.MatchString(o.ClusterID),
		"--cluster-id=%s: 1 to 64 letters, digits, dots, dashes and underscores", o.ClusterID)
	refuse(!strings.HasPrefix(o.Path, "/") || !strings.HasSuffix(o.Path, "/"),
		"--path=%s must begin and end with a slash, such as /ecs/", o.Path)
	refuse(o.externalID != "" && o.assumeRole == "", "--external-id needs --assume-role")
	if o.assumeRole != "" {
		for _, problem := range o.session().Check() {
			problems = append(problems, fmt.Errorf("--assume-role: %s", problem))
		}
	}
	return errors.Join(problems...)
}

func (o *preflightOptions) session() *iam.AssumeRole {
	if o.assumeRole == "" {
		return nil
	}
	return &iam.AssumeRole{Hop: iam.Hop{RoleARN: o.assumeRole, ExternalID: o.externalID}}
}

// runPreflight prints what it finds, and fails where the controller could not do its work.
func runPreflight(ctx context.Context, args []string, out io.Writer) error {
	o, err := parsePreflight(args)
	if errors.Is(err, pflag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	report, err := o.look(ctx)
	if err != nil {
		return err
	}
	if o.output == "json" {
		err = report.JSON(out)
	} else {
		report.Text(out)
	}
	if failures := report.Failures(); err == nil && failures > 0 {
		err = fmt.Errorf("preflight: %d of %d checks failed", failures, len(report.Checks))
	}
	return err
}

func (o *preflightOptions) look(ctx context.Context) (preflight.Report, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return preflight.Report{}, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	if o.Policy, err = policy.Parse(controllerpolicy.Document()); err != nil {
		return preflight.Report{}, fmt.Errorf("reading the controller's policy: %w", err)
	}
	o.Region, o.Getenv = cfg.Region, os.Getenv
	account := awsiam.New(awsiam.ReadOnly(cfg), awsiam.Options{
		Name: preflightCommand, Version: version, AssumeRole: o.session(),
	})
	cluster, noCluster := reader()
	return preflight.Run(ctx, account, cluster, noCluster, o.Options), nil
}

// reader reads from the cluster without a cache.
func reader() (client.Reader, error) {
	cfg, err := ctrl.GetConfig()
	if err != nil {
		return nil, err //nolint:wrapcheck // says what it looked for
	}
	return client.New(cfg, client.Options{Scheme: runtime.NewScheme()}) //nolint:wrapcheck // names the server itself
}
