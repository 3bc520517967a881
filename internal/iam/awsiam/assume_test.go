// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package awsiam_test

import (
	"net/http"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/ecsiam/ecs-iam-controller/internal/iam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/awsiam"
	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim"
)

const (
	member     = "444455556666"
	memberRole = "arn:aws:iam::444455556666:role/ecsiam"
	hubRole    = "arn:aws:iam::777788889999:role/hub"
	operator   = "arn:aws:iam::111122223333:user/operator"
)

// trusting lets a principal assume a role with an external id and session tags.
func trusting(principal, externalID string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},` +
		`"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringEquals":{"sts:ExternalId":"` + externalID + `"}}}]}`
}

// organization is a simulator with the account of the controller, a hub and a member, each with a role.
func organization(t *testing.T, handler func(*iamsim.Sim) http.Handler) (*iamsim.Sim, aws.Config) {
	t.Helper()
	sim := iamsim.New(iamsim.Options{AccountID: account})
	cfg := config("http://aws.invalid")
	cfg.HTTPClient = direct{handler(sim)}
	for arn, trusted := range map[string]string{memberRole: operator, hubRole: operator} {
		createRoleIn(t, sim, arn, trusting(trusted, "shared"))
	}
	sim.ResetCalls()
	return sim, cfg
}

func createRoleIn(t *testing.T, sim *iamsim.Sim, arn, trust string) {
	t.Helper()
	cfg := config("http://aws.invalid")
	cfg.HTTPClient = direct{sim}
	cfg.Credentials = credentials.NewStaticCredentialsProvider(arn[13:25], "secret", "")
	client := sdk.NewFromConfig(cfg)
	name := arn[len("arn:aws:iam::444455556666:role/"):]
	_, err := client.CreateRole(t.Context(),
		&sdk.CreateRoleInput{RoleName: aws.String(name), AssumeRolePolicyDocument: aws.String(trust)})
	must(t, err)
	_, err = client.AttachRolePolicy(t.Context(), &sdk.AttachRolePolicyInput{
		RoleName: aws.String(name), PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess"),
	})
	must(t, err)
}

func plain(sim *iamsim.Sim) http.Handler { return sim }

func reaching(role iam.AssumeRole) iam.AccountConfig {
	return iam.AccountConfig{Name: "member", AccountID: member, Region: "eu-west-1", AssumeRole: &role}
}

func direction() iam.AssumeRole {
	return iam.AssumeRole{
		Hop: iam.Hop{RoleARN: memberRole, ExternalID: "shared"}, SessionTags: map[string]string{"team": "platform"},
	}
}

func TestAnAccountIsReachedByTheRoleThatItNames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		a := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), reaching(direction()))
		got, err := a.Identity(t.Context())
		must(t, err)
		want := iam.Identity{
			AccountID: member, Partition: "aws",
			CallerARN: "arn:aws:sts::444455556666:assumed-role/ecsiam/ecs-iam-controller",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("identity (-want +got):\n%s", diff)
		}
		must(t, second(a.CreateRole(t.Context(), iam.Role{Name: "app", Trust: trust})))
		if _, ok := sim.In(member).Role("app"); !ok {
			t.Error("the role is not in the member account")
		}
	})
}

func TestARoleIsAssumedOnceForTheLifetimeOfItsCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		a := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), reaching(direction()))
		for minute := range 181 {
			_, err := a.Observe(t.Context(), iam.Query{RoleName: "absent"})
			must(t, err)
			// They last an hour and are renewed ten minutes ahead.
			if got, want := iamsim.Count(sim.Calls(), "AssumeRole"), 1+minute/50; got != want {
				t.Fatalf("%d calls of AssumeRole after %d minutes, want %d", got, minute, want)
			}
			time.Sleep(time.Minute)
		}
	})
}

func TestThoseWhoNeedCredentialsTogetherAssumeTheRoleOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		accounts := awsiam.NewFactory(cfg, awsiam.FactoryOptions{})
		var callers sync.WaitGroup
		for range 20 {
			callers.Go(func() {
				_, err := accounts.ForAccount(t.Context(), reaching(direction())).Observe(t.Context(), iam.Query{RoleName: "absent"})
				if err != nil {
					t.Error(err)
				}
			})
		}
		callers.Wait()
		if got := iamsim.Count(sim.Calls(), "AssumeRole"); got != 1 {
			t.Errorf("%d calls of AssumeRole, want 1", got)
		}
	})
}

func TestAWrongExternalIDIsADenialOfTheAssumption(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, cfg := organization(t, plain)
		role := direction()
		role.ExternalID = "guessed"
		a := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), reaching(role))
		_, err := a.Identity(t.Context())
		if e := errorOf(t, err); e.Action != "sts:AssumeRole" || e.Class != iam.ClassDenied {
			t.Errorf("error is %+v, want sts:AssumeRole denied", e)
		}
		if got, err := a.Observe(t.Context(), iam.Query{RoleName: "absent"}); err == nil {
			t.Errorf("observed %v without credentials", got)
		}
	})
}

func TestWhatSTSWouldRefuseIsRefusedBeforeAnyCall(t *testing.T) {
	hop := iam.Hop{RoleARN: hubRole}
	for name, tc := range map[string]struct {
		change func(*iam.AssumeRole)
		field  string
	}{
		"a session name with a space":   {func(a *iam.AssumeRole) { a.SessionName = "my session" }, "sessionName"},
		"a session name with a slash":   {func(a *iam.AssumeRole) { a.SessionName = "team/app" }, "sessionName"},
		"a session name of one letter":  {func(a *iam.AssumeRole) { a.SessionName = "a" }, "sessionName"},
		"an external id with a space":   {func(a *iam.AssumeRole) { a.ExternalID = "a b" }, "externalID"},
		"four hops before the last":     {func(a *iam.AssumeRole) { a.Via = []iam.Hop{hop, hop, hop, hop} }, "via"},
		"a user in place of a role":     {func(a *iam.AssumeRole) { a.RoleARN = operator }, "roleARN"},
		"a hop that is no ARN":          {func(a *iam.AssumeRole) { a.Via = []iam.Hop{{RoleARN: "hub"}} }, "via[0].roleARN"},
		"a tag of Pod Identity":         {func(a *iam.AssumeRole) { a.SessionTags = map[string]string{"Kubernetes-Namespace": "x"} }, "sessionTags"},
		"a tag with a semicolon":        {func(a *iam.AssumeRole) { a.SessionTags = map[string]string{"a": "b;c"} }, "sessionTags"},
		"a tag spelt with a long s":     {func(a *iam.AssumeRole) { a.SessionTags = map[string]string{"ec\u017fiam-cluster": "x"} }, "sessionTags"},
		"a tag of the controller's own": {func(a *iam.AssumeRole) { a.SessionTags = map[string]string{"ECSIAM-cluster": "x"} }, "sessionTags"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim, cfg := organization(t, plain)
				role := direction()
				tc.change(&role)
				_, err := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), reaching(role)).Identity(t.Context())
				e := errorOf(t, err)
				if e.Class != iam.ClassRejected || !slices.Contains(e.Detail.Fields, tc.field) {
					t.Errorf("error is %+v, want %s rejected", e, tc.field)
				}
				if n := len(sim.Calls()); n > 0 {
					t.Errorf("%d calls were made", n)
				}
			})
		})
	}
}

func TestAnAccountIsReachedOverUpToThreeHops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		second, third, last := "arn:aws:iam::777788889999:role/b", "arn:aws:iam::777788889999:role/c", "arn:aws:iam::444455556666:role/last"
		createRoleIn(t, sim, second, trusting(hubRole, "two"))
		createRoleIn(t, sim, third, trusting(second, "three"))
		createRoleIn(t, sim, last, trusting(third, "four"))
		sim.ResetCalls()
		a := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), reaching(iam.AssumeRole{
			Hop: iam.Hop{RoleARN: last, ExternalID: "four"}, SessionName: "chain@prod",
			Via: []iam.Hop{{RoleARN: hubRole, ExternalID: "shared"}, {RoleARN: second, ExternalID: "two"}, {RoleARN: third, ExternalID: "three"}},
		}))
		got, err := a.Identity(t.Context())
		must(t, err)
		if want := "arn:aws:sts::444455556666:assumed-role/last/chain@prod"; got.CallerARN != want {
			t.Errorf("caller is %s, want %s", got.CallerARN, want)
		}
		if n := iamsim.Count(sim.Calls(), "AssumeRole"); n != 4 {
			t.Errorf("%d calls of AssumeRole, want 4", n)
		}
		// The chain is renewed as a whole within its hour.
		for range 24 {
			time.Sleep(5 * time.Minute)
			_, err := a.Observe(t.Context(), iam.Query{RoleName: "absent"})
			must(t, err)
		}
	})
}

func TestCredentialsThatEndInTheMiddleOfAPlanAreRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		a := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), reaching(direction()))
		must(t, second(a.CreateRole(t.Context(), iam.Role{Name: "app", Trust: trust})))
		sim.FailNth("PutRolePolicy", 1, "ExpiredToken")
		must(t, a.PutRolePolicy(t.Context(), "app", "ecsiam", document))
		if n := iamsim.Count(sim.Calls(), "AssumeRole"); n != 2 {
			t.Errorf("%d calls of AssumeRole, want 2", n)
		}
	})
}

func TestCredentialsThatNobodyAcceptsDoNotFloodSTS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		a := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), reaching(direction()))
		sim.Fail("GetRole", "ExpiredToken", -1, nil)
		for range 60 {
			_, err := a.Observe(t.Context(), iam.Query{RoleName: "app"})
			if class := errorOf(t, err).Class; class != iam.ClassCredentials {
				t.Fatalf("class is %d, want credentials", class)
			}
			time.Sleep(time.Second)
		}
		if n := iamsim.Count(sim.Calls(), "AssumeRole"); n > 5 {
			t.Errorf("%d calls of AssumeRole in a minute or two, want at most 5", n)
		}
	})
}

func TestCredentialsAreUsedToTheirEndWhileSTSIsAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		a := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), reaching(direction()))
		_, err := a.Observe(t.Context(), iam.Query{RoleName: "absent"})
		must(t, err)
		sim.Fail("AssumeRole", "ServiceUnavailable", -1, nil)
		for range 59 {
			time.Sleep(time.Minute)
			_, err := a.Observe(t.Context(), iam.Query{RoleName: "absent"})
			must(t, err)
		}
		time.Sleep(2 * time.Minute)
		_, err = a.Observe(t.Context(), iam.Query{RoleName: "absent"})
		if e := errorOf(t, err); e.Class != iam.ClassUnavailable || e.Action != "sts:AssumeRole" {
			t.Errorf("error is %+v, want sts:AssumeRole unavailable", e)
		}
	})
}

func TestAChangedRoleTakesEffectAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, cfg := organization(t, plain)
		accounts := awsiam.NewFactory(cfg, awsiam.FactoryOptions{})
		wrong := direction()
		wrong.ExternalID = "wrong"
		if _, err := accounts.ForAccount(t.Context(), reaching(wrong)).Identity(t.Context()); err == nil {
			t.Error("a wrong external id is accepted")
		}
		_, err := accounts.ForAccount(t.Context(), reaching(direction())).Identity(t.Context())
		must(t, err)
	})
}

func TestAccountsBehindOneHubShareItsSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		accounts := awsiam.NewFactory(cfg, awsiam.FactoryOptions{})
		const members = 20
		config := func(i int) iam.AccountConfig {
			id := strconv.Itoa(200000000000 + i)
			return iam.AccountConfig{Name: id, AccountID: id, AssumeRole: &iam.AssumeRole{
				Hop: iam.Hop{RoleARN: "arn:aws:iam::" + id + ":role/member", ExternalID: "shared"},
				Via: []iam.Hop{{RoleARN: hubRole, ExternalID: "shared"}},
			}}
		}
		for i := range members {
			createRoleIn(t, sim, config(i).AssumeRole.RoleARN, trusting(hubRole, "shared"))
		}
		sim.ResetCalls()
		look := func() {
			t.Helper()
			for i := range members {
				_, err := accounts.ForAccount(t.Context(), config(i)).Observe(t.Context(), iam.Query{RoleName: "absent"})
				must(t, err)
			}
		}
		look()
		if n := iamsim.Count(sim.Calls(), "AssumeRole"); n != members+1 {
			t.Errorf("%d calls of AssumeRole for %d accounts behind one hub, want one more", n, members)
		}
		for i := range members {
			accounts.Forget(config(i).Name)
		}
		sim.ResetCalls()
		look()
		if n := iamsim.Count(sim.Calls(), "AssumeRole"); n != members+1 {
			t.Errorf("%d calls of AssumeRole after all were forgotten, want %d", n, members+1)
		}
	})
}

func TestASessionIsMadeForEachNamespaceThatAsksForOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		accounts := awsiam.NewFactory(cfg, awsiam.FactoryOptions{})
		of := func(namespace string) iam.Account {
			role := direction()
			if namespace != "" {
				role.Owner = &iam.SessionOwner{Cluster: "prod", Namespace: namespace}
			}
			return accounts.ForAccount(t.Context(), reaching(role))
		}
		for range 3 {
			for _, namespace := range []string{"", "payments", "orders"} {
				_, err := of(namespace).Observe(t.Context(), iam.Query{RoleName: "absent"})
				must(t, err)
			}
		}
		if n := iamsim.Count(sim.Calls(), "AssumeRole"); n != 3 {
			t.Errorf("%d calls of AssumeRole, want 3", n)
		}
		changed := reaching(direction())
		changed.QPS = 5
		kept := of("payments")
		accounts.ForAccount(t.Context(), changed)
		if of("payments") == kept {
			t.Error("the session of a namespace outlives the configuration of its account")
		}
	})
}

func TestWhoARoleIsStaysKnownWhileItsCredentialsLive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, cfg := organization(t, plain)
		a := awsiam.NewFactory(cfg, awsiam.FactoryOptions{}).ForAccount(t.Context(), reaching(direction()))
		for range 49 {
			_, err := a.Identity(t.Context())
			must(t, err)
			time.Sleep(time.Minute)
		}
		if n := iamsim.Count(sim.Calls(), "GetCallerIdentity"); n != 1 {
			t.Errorf("%d calls of GetCallerIdentity, want 1", n)
		}
		time.Sleep(2 * time.Minute)
		_, err := a.Identity(t.Context())
		must(t, err)
		if n := iamsim.Count(sim.Calls(), "GetCallerIdentity"); n != 2 {
			t.Errorf("%d calls of GetCallerIdentity after the renewal, want 2", n)
		}
	})
}
