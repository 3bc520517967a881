// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package actions

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecsiam/ecs-iam-controller/internal/iam/iamsim/wire"
)

func TestEveryActionIsOneOfTheSDK(t *testing.T) {
	clients := map[wire.Service]reflect.Type{
		wire.IAM: reflect.TypeFor[*iam.Client](), wire.STS: reflect.TypeFor[*sts.Client](),
	}
	for name, a := range byName {
		if _, ok := clients[a.Service].MethodByName(name); !ok {
			t.Errorf("%s is not an action of %s", name, a.Service)
		}
	}
}
